namespace EdgeRetail.CloudSync.Merge;

/// <summary>On hand of a product in thousandths, and the store version that last moved it.</summary>
public readonly record struct ProductStock(long OnHand, long Version);
