namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Answer of GET /api/v1/trace: what this kiosk knows of one of its entries. <see cref="Sequence"/> is null where it was acknowledged
/// under an earlier stream; <see cref="Pending"/>: the stock shown contains it as this kiosk's own, not through the cloud yet.
/// </summary>
public sealed record TraceResponse(
    Guid EntryId,
    string Kind,
    int StoreId,
    string Actor,
    DateTimeOffset RecordedAt,
    long Position,
    Guid Stream,
    long? Sequence,
    bool Acknowledged,
    bool Durable,
    bool Pending,
    string? DispositionCode,
    string? Settled,
    ReceiptView? Receipt);
