using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>One commit of a store: where it ends, the feed hash there, and its effects in order.</summary>
sealed record CloudCommit(long Version, FeedHash Hash, IReadOnlyList<StockEffect> Effects);
