namespace EdgeRetail.Kiosk.Api;

/// <summary>Answer of GET /api/v1/status, and the data of the event <c>status</c>. Conditions: states of the sync by name.</summary>
public sealed record StatusResponse(
    int DeviceId,
    string DeviceCode,
    int StoreId,
    string StoreName,
    string Currency,
    int MinorDigits,
    string TimeZone,
    string SoftwareVersion,
    string? Stream,
    SyncView Sync,
    OutboxView Outbox,
    long PendingCount,
    long QuarantinedCount,
    DateTimeOffset? StockAsOf,
    CatalogueView Catalogue,
    long StoreFeedVersion,
    long CacheDriftCount,
    ReceiptsView Receipts,
    DiskView Disk,
    IReadOnlyList<WarningView> Warnings,
    IReadOnlyList<WarningView> Conditions);
