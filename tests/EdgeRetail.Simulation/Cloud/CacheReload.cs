using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>A store's whole feed, of one snapshot of the database.</summary>
sealed record CacheReload(StoreId Store, FeedCursor Cursor, IReadOnlyList<EffectRow> Rows);
