using System.Collections.Immutable;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.Simulation.Devices;

/// <summary>
/// Everything on a device's disk at one commit. Immutable, so that an image, a clone and what a power cut takes back are
/// references. Entries and positions: the entry at index i stands at position <see cref="PrunedThrough"/> + 1 + i.
/// </summary>
sealed record DiskState(
    DeviceIdentity Identity,
    StreamId Stream,
    long BasePosition,
    ImmutableArray<DiskEntry> Entries,
    long PrunedThrough,
    ImmutableArray<ChainHash> Chain,
    long AcknowledgedThrough,
    long DurableThrough,
    int NextReceiptNumber,
    HybridTimestamp Hlc,
    long LastGoodTimeMilliseconds,
    IncarnationId? Incarnation,
    ReadOnlyMemory<byte> Token,
    FeedCursor StoreCursor,
    ImmutableSortedDictionary<ProductCode, long> Cache,
    ImmutableSortedSet<long> Pending,
    ForkReason? Fork)
{
    public long LastSequence => Chain.Length - 1;

    public DiskEntry At(long position) => Entries[(int)(position - PrunedThrough - 1)];
}
