using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>A session that a Hello opened: what Welcome says, and what the call goes on with.</summary>
public sealed record OpenedSession(
    DeviceId Device,
    string DeviceCode,
    long SessionNumber,
    byte[] Token,
    StreamId Stream,
    long AppliedThrough,
    ChainHash AppliedChain,
    int ReceiptSeries,
    StoreSettings Settings,
    AssignedStores Assigned,
    long DurableThrough,
    ReadCursor StoreCursor,
    ReadCursor CatalogueCursor,
    long StoreHead,
    long CatalogueHead,
    long DatabaseTimeMs,
    long HybridTime)
{
    /// <summary>The version of the protocol that both sides speak.</summary>
    public int Protocol { get; init; } = ProtocolLimits.ProtocolMax;

    /// <summary>Why the stream is a new one; null where the device resumes.</summary>
    public HelloDecision.NewStream? Opening { get; init; }

    /// <summary>Feeds whose cursor is not of this database's history: their pages wait until the device has read the cache anew.</summary>
    public IReadOnlyList<FeedKind> Resync { get; init; } = [];

    /// <summary>Agreed with the device for the boot that said Hello; null where nothing is yet.</summary>
    public OffsetRecord? ClockOffset { get; init; }

    /// <summary>What the device presented for its boots: the cloud adopts what it lacks.</summary>
    public IReadOnlyList<OffsetRecord> ClockOffsetsPresented { get; init; } = [];
}
