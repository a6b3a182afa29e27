using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>One commit of a store: where it ends, feed hash and stock checksum there, and its effects in order.</summary>
sealed record CloudCommit(long Version, FeedHash Hash, StockChecksum Checksum, IReadOnlyList<StockEffect> Effects);
