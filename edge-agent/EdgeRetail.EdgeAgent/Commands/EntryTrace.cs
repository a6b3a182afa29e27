using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// What this device knows of one of its entries, from its place in the ledger to what the cloud made of it. Sequence is null
/// where it was acknowledged under an earlier stream. Pending: the cache does not contain it yet.
/// </summary>
public sealed record EntryTrace(
    EntryId Entry,
    EntryKind Kind,
    StoreId Store,
    string Actor,
    DateTimeOffset RecordedAt,
    long Position,
    StreamId Stream,
    long? Sequence,
    bool Acknowledged,
    bool Durable,
    bool Pending,
    string? DispositionCode,
    string? Settled,
    ReceiptView? Receipt);
