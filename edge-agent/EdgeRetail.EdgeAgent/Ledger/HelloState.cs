using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>What the device has, read in one snapshot: everything that a Hello says about the ledger, the outbox and the cache.</summary>
public sealed record HelloState(
    DeviceIdentity Identity,
    StreamId Stream,
    long LastSequence,
    ChainHash LastChain,
    long AcknowledgedThrough,
    ChainHash AcknowledgedChain,
    long DurableThrough,
    long OldestRetained,
    FeedCursor StoreCursor,
    FeedCursor CatalogueCursor,
    IncarnationId? Incarnation,
    ReadOnlyMemory<byte> SessionToken,
    int LastReceiptNumber,
    OutboxFigures Outbox,
    long PendingCount,
    long CacheDriftCount,
    ClockReading Clock)
{
    /// <summary>Why the ledger has to get a new stream, if it knows.</summary>
    public ForkReason? Fork { get; init; }

    /// <summary>What was agreed about the wall clock, in this boot and those before.</summary>
    public IReadOnlyList<ClockOffset> ClockOffsets { get; init; } = [];
}
