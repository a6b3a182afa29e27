namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>
/// How far the ledger may be pruned: a prefix that the cloud has for good and the cache contains, and that is old enough.
/// Pure. Under pressure of the disk the age gives way, the other two never.
/// </summary>
static class PruningPlan
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>The last position that the cloud's and the cache's hold on it allow, whatever its age.</summary>
    /// <param name="oldestPending">The first position that the cache does not contain; null where it contains all.</param>
    public static long AllowedThrough(long basePosition, long durableThrough, long? oldestPending) =>
        Math.Min(basePosition + durableThrough, oldestPending is { } pending ? pending - 1 : long.MaxValue);

    /// <summary>The last position of a run of entries, in order, that may go; null where none may.</summary>
    public static long? Cut(IEnumerable<(long Position, DateTimeOffset RecordedAt)> oldest, long allowedThrough, DateTimeOffset now, bool underPressure)
    {
        long? cut = null;
        foreach (var (position, recordedAt) in oldest)
        {
            // An entry of a clock that runs ahead keeps what is behind it: only a prefix ever goes.
            if (position > allowedThrough || (!underPressure && now - recordedAt < KeptFor)) break;
            cut = position;
        }

        return cut;
    }
}
