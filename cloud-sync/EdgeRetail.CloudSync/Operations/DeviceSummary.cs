namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// How a device stands: what the cloud knows of it (state, applied through, lag of its cache) and what it last said of itself
/// (outbox, cursors), with the time at which it said so. Connected means that a replica has vouched for it lately.
/// </summary>
public sealed record DeviceSummary(
    int DeviceId,
    string DeviceCode,
    int StoreId,
    string StoreName,
    string State,
    bool Connected,
    DateTimeOffset? LastHeardAt,
    long OutboxCount,
    DateTimeOffset? OutboxOldestAt,
    DateTimeOffset? ReportedAt,
    long AppliedThrough,
    long LastSequence,
    long LagEntries,
    long PendingCount,
    long StoreCursor,
    long StoreHead,
    long CatalogueCursor,
    long CatalogueHead,
    string? LastRefusalCode,
    DateTimeOffset? LastRefusalAt,
    string? SoftwareVersion,
    string? Replica,
    long? DiskFreeBytes,
    long CacheDriftCount)
{
    public string? HeldReason { get; init; }

    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Its present stream's.</summary>
    public DeviceLineage? Lineage { get; init; }

    /// <summary>How far its stream is published as durable: what the device may forget.</summary>
    public long DurableThrough { get; init; }

    /// <summary>Its wall clock less the cloud's, at its last Hello.</summary>
    public long? ClockOffsetMs { get; init; }

    public long ResyncRows { get; init; }

    public long ResyncRowsTotal { get; init; }

    /// <summary>The states that it reports of itself.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<ReportedCondition> Reported { get; init; } = [];

    /// <summary>What a person should know of, the gravest first.</summary>
    public IReadOnlyList<DeviceCondition> Conditions { get; init; } = [];
}
