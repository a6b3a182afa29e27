using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>
/// Notices an own entry that the cloud has acknowledged and the stock figures do not contain for long: the feed should bring
/// it within seconds. Looked at once a minute, by one thread.
/// </summary>
sealed class CoverageWatch(Database database, DeviceStateStore states, TimeProvider time)
{
    /// <summary>Longer than any feed is behind while it moves.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    const string OldestPendingSql = "SELECT position FROM pending ORDER BY position LIMIT 1";

    long? waiting;
    long since;
    volatile bool late;

    public bool IsLate => late;

    /// <param name="expected">A session is up that should bring it.</param>
    public void Observe(bool expected)
    {
        var oldest = expected ? OldestAcknowledged() : null;
        if (oldest != waiting) (waiting, since) = (oldest, time.GetTimestamp());
        late = oldest is not null && time.GetElapsedTime(since) >= Patience;
    }

    long? OldestAcknowledged()
    {
        var state = states.Current;
        return database.Read<long?>(snapshot =>
        {
            using var row = snapshot.Prepare(OldestPendingSql);
            return row.Step() && row.Int64(0) <= state.BasePosition + state.AcknowledgedThrough ? row.Int64(0) : null;
        });
    }
}
