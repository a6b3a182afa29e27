using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// What one entry did to one product's on hand, at a store version; without product: it touched no stock, or stands in
/// quarantine. <paramref name="PreviousVersion"/> has the product's effect before it, null where it is the first: so one
/// product's effects can be walked without an index that every sale would pay for.
/// </summary>
public readonly record struct StockEffect(long Version, short Ordinal, EntryId Entry, ProductCode? Product, long Delta, long? OnHand, long? PreviousVersion = null);
