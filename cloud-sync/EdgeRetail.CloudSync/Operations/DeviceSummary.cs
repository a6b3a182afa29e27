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
    long CacheDriftCount);
