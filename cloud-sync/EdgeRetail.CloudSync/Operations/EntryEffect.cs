namespace EdgeRetail.CloudSync.Operations;

/// <summary>What the entry did to a product's on hand, and the on hand that resulted; without product it touched no stock.</summary>
public sealed record EntryEffect(long Version, int Ordinal, string? Product, string? Code, string? Name, decimal Delta, decimal? OnHand);
