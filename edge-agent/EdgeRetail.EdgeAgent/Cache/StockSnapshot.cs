namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// How far a cache of stock is read anew. <paramref name="Next"/> is where the feed goes on over it: where the feed stood at
/// the first page, and from there what was applied since. <paramref name="LastVersion"/>: where it stood at the last page.
/// </summary>
public sealed record StockSnapshot(FeedCursor Next, long LastVersion, string AfterKey, bool IsWhole, long RowCount, long RowCountTotal);
