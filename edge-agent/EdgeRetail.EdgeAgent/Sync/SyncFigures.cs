using EdgeRetail.EdgeAgent.Health;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>What the device reports about itself while a session lasts.</summary>
public sealed record SyncFigures(
    long LastSequence, long OutboxCount, DateTimeOffset? OutboxOldest, long PendingCount, long DiskFreeBytes, long CacheDriftCount, DateTimeOffset WallTime)
{
    /// <summary>Of a stock that is read anew; null where none is.</summary>
    public ResyncProgress? Resync { get; init; }

    /// <summary>States that a person should know of.</summary>
    public IReadOnlyList<HealthWarning> Conditions { get; init; } = [];

    public long QuarantinedCount { get; init; }

    public long DurableThrough { get; init; }

    public long OldestRetained { get; init; }

    /// <summary>The cloud had acknowledged so much before it was set back; 0: it has forgotten nothing.</summary>
    public long RewindsThrough { get; init; }

    /// <summary>
    /// Whether the cloud, having heard <paramref name="other"/>, would learn nothing. The last sequence and the time it knows
    /// from batches; of the disk only the order of magnitude matters, of a condition its code. So an idle device says nothing.
    /// </summary>
    public bool SaysTheSameAs(SyncFigures other) =>
        OutboxCount == other.OutboxCount && PendingCount == other.PendingCount && CacheDriftCount == other.CacheDriftCount && Resync == other.Resync
        && QuarantinedCount == other.QuarantinedCount && Conditions.Select(condition => condition.Code).SequenceEqual(other.Conditions.Select(condition => condition.Code))
        && long.Log2(Math.Max(1, DiskFreeBytes)) == long.Log2(Math.Max(1, other.DiskFreeBytes));
}
