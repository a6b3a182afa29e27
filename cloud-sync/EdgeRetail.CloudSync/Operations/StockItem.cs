namespace EdgeRetail.CloudSync.Operations;

/// <summary>On hand of one product, in its unit; the version is the store's when it last moved. The name is null where the catalogue has no such product.</summary>
public sealed record StockItem(string Product, string Code, string? Name, decimal OnHand, string Unit, long Version);
