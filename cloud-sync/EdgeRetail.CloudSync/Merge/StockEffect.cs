using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>What one entry did to one product's on hand, at a store version; without product: it touched no stock, or stands in quarantine.</summary>
public readonly record struct StockEffect(long Version, short Ordinal, EntryId Entry, ProductCode? Product, long Delta, long? OnHand);
