namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// Everything at a glance, as of one moment. What devices report of themselves (entries recorded and not arrived yet, the oldest of them) is as old as
/// their last word; what the cloud holds (entries, quarantined, heads) is of that moment.
/// </summary>
public sealed record SyncSummary(
    DateTimeOffset AsOf,
    int Stores,
    int Devices,
    int DevicesConnected,
    long EntriesInJournal,
    long Quarantined,
    long OutboxReported,
    DateTimeOffset? OldestUnsentAt,
    long Products,
    long CatalogueVersion,
    IReadOnlyList<StoreVersion> StoreHeads,
    Guid? DatabaseIncarnation)
{
    public DeviceConditionCounts DeviceConditions { get; init; } = DeviceConditionCounts.None;

    public DurabilitySummary? Durability { get; init; }
}
