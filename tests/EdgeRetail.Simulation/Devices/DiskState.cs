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
    ImmutableHashSet<StreamId> ClosedStreams,
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
    int Generation,
    ImmutableSortedDictionary<StockPart, ImmutableSortedDictionary<ProductCode, StockRow>> Stock,
    StockReading? Reading,
    ImmutableSortedSet<long> Pending,
    ImmutableArray<KeptOffset> Offsets,
    ForkReason? Fork)
{
    static readonly ImmutableSortedDictionary<ProductCode, StockRow> NoRows = ImmutableSortedDictionary<ProductCode, StockRow>.Empty;

    /// <summary>The checksum that the pages have led to; null where it is that of the rows, because nothing else ever wrote into them.</summary>
    public StockChecksum? Led { get; init; }

    /// <summary>How many rows were found to differ from the cloud's.</summary>
    public long Drifted { get; init; }
    /// <summary>What pending counts add to the stock view, by position and product.</summary>
    public ImmutableSortedDictionary<(long Position, ProductCode Product), long> CountAdjustments { get; init; } = ImmutableSortedDictionary<(long, ProductCode), long>.Empty;

    public long LastSequence => Chain.Length - 1;

    /// <summary>The rows that are shown.</summary>
    public ImmutableSortedDictionary<ProductCode, StockRow> Cache => Rows(new(Generation, Identity.Store));

    public DiskEntry At(long position) => Entries[(int)(position - PrunedThrough - 1)];

    public ImmutableSortedDictionary<ProductCode, StockRow> Rows(StockPart part) => Stock.GetValueOrDefault(part, NoRows);

    /// <summary>A part without rows is none.</summary>
    public DiskState WithRows(StockPart part, ImmutableSortedDictionary<ProductCode, StockRow> rows) =>
        this with { Stock = rows.IsEmpty ? Stock.Remove(part) : Stock.SetItem(part, rows) };

    /// <summary>The first part that is neither shown nor filled.</summary>
    public StockPart? OldPart()
    {
        foreach (var part in Stock.Keys)
        {
            if (part.Store != Identity.Store || (part.Generation != Generation && part.Generation != Reading?.Generation)) return part;
        }

        return null;
    }
}
