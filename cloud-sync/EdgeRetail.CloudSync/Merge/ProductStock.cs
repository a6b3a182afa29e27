namespace EdgeRetail.CloudSync.Merge;

/// <summary>On hand of a product in thousandths, the store version of its last effect, and its latest count in effective time, if it was ever counted.</summary>
public readonly record struct ProductStock(long OnHand, long Version, EffectiveInstant? Counted = null);
