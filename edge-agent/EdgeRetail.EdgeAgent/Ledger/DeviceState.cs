using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>The rows identity, stream (the current one) and feed of one moment, and the count of pending entries.</summary>
sealed record DeviceState(
    DeviceIdentity Identity,
    StreamId Stream,
    long BasePosition,
    long LastSequence,
    ChainHash LastChain,
    long AcknowledgedThrough,
    ChainHash AcknowledgedChain,
    long DurableThrough,
    int NextReceiptNumber,
    HybridTimestamp Hlc,
    long LastGoodTimeMilliseconds,
    IncarnationId? Incarnation,
    ReadOnlyMemory<byte> SessionToken,
    long CacheDriftCount,
    long CoveredCount,
    long PendingCount,
    FeedCursor StoreCursor,
    DateTimeOffset? StoreAppliedAt,
    FeedCursor CatalogueCursor,
    DateTimeOffset? CatalogueAppliedAt,
    int StockGeneration,
    StockChecksum? StockChecksum,
    long PrunedThrough)
{
    /// <summary>Why the ledger has to get a new stream, until it has one.</summary>
    public ForkReason? Fork { get; init; }

    /// <summary>Why the current stream was opened.</summary>
    public string OpenedBecause { get; init; } = "";

    public long OpenedAtMilliseconds { get; init; }

    /// <summary>No entry through this position is pending, whatever rows are left of it.</summary>
    public long CoveredThrough { get; init; }

    /// <summary>Of the cached products, as the pages have led to it; null where it has to be computed.</summary>
    public CatalogueChecksum? CatalogueChecksum { get; init; }

    /// <summary>The cloud had acknowledged so much of the stream before it was set back; 0: it has forgotten nothing.</summary>
    public long RewindsThrough { get; init; }

    public long LastPosition => BasePosition + LastSequence;

    public long OutboxCount => LastSequence - AcknowledgedThrough;
}
