using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>The sessions that have a call on this replica: at most one per device, the newest.</summary>
public sealed class SessionRegistry(Random random)
{
    /// <summary>Devices come back spread over this time, so that the next replica is not met by all of them at once.</summary>
    static readonly TimeSpan ReturnSpread = TimeSpan.FromSeconds(2);

    readonly Lock gate = new();
    readonly Dictionary<DeviceId, LiveSession> live = [];
    bool stopping;

    public int Count
    {
        get { lock (gate) return live.Count; }
    }

    /// <summary>Adds the session and fences the older one; a session that is itself older ends at once.</summary>
    public void Add(LiveSession session)
    {
        lock (gate)
        {
            if (live.TryGetValue(session.Device, out var other) && other.SessionNumber > session.SessionNumber)
            {
                session.EndFor(new SessionEnd.Refused(Refusals.SessionFenced()));
                return;
            }

            other?.EndFor(new SessionEnd.Refused(Refusals.SessionFenced()));
            live[session.Device] = session;
            if (stopping) session.EndFor(Stop());
        }
    }

    public void Remove(LiveSession session)
    {
        lock (gate)
        {
            if (live.GetValueOrDefault(session.Device) == session) live.Remove(session.Device);
        }
    }

    /// <summary>Sends every device, and every one that still comes, to another replica.</summary>
    public void SendAway()
    {
        lock (gate)
        {
            stopping = true;
            foreach (var session in live.Values) session.EndFor(Stop());
        }
    }

    SessionEnd.ReplicaStops Stop() => new(ReturnSpread * random.NextDouble());
}
