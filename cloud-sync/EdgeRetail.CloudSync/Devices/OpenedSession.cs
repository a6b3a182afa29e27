using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.Contracts.Identifiers;

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
    long StoreCursor,
    long CatalogueCursor,
    long StoreHead,
    long CatalogueHead,
    long DatabaseTimeMs,
    long HybridTime);
