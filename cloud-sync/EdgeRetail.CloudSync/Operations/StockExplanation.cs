namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// Why a product's on hand in a store is what it is, at one version and moment. It adds up: what the latest count says (0 where
/// there is none), what moved after it and had arrived before it did, and what moved since it arrived are <see cref="OnHand"/>.
/// Entries are the latest of the product's, newest first.
/// </summary>
public sealed record StockExplanation(
    int StoreId,
    string StoreName,
    string Product,
    string Code,
    string? Name,
    string Unit,
    DateTimeOffset AsOf,
    long Version,
    ExplainedCount? Count,
    decimal MovedBeforeItsArrival,
    decimal MovedSince,
    decimal OnHand,
    IReadOnlyList<ExplainedEntry> Entries,
    bool HasEarlier,
    IReadOnlyList<QuarantinedEntry> Quarantined,
    IReadOnlyList<DeviceNotHeardFrom> DevicesNotHeardFrom);
