using System.Collections.Immutable;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>A store's rows: head, stock, journal and commits with their effects.</summary>
sealed record CloudStore(
    StoreId Store,
    long Version,
    FeedHash Hash,
    StockChecksum Checksum,
    ImmutableSortedDictionary<ProductCode, ProductStock> Stock,
    ImmutableDictionary<EntryId, CloudJournal> Journal,
    ImmutableArray<CloudCommit> Commits);
