using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>One process of the service: the calls it holds, and nothing that outlives it.</summary>
sealed class Replica
{
    readonly List<ReplicaCall> calls = [];

    public IReadOnlyList<ReplicaCall> Calls => calls;

    /// <summary>Adds the session and fences the older one of the device; false where this is the older.</summary>
    public bool Add(ReplicaCall call)
    {
        var other = calls.Find(each => each.Device == call.Device);
        if (other is not null && other.SessionNumber > call.SessionNumber) return false;
        other?.Fence();
        calls.Add(call);
        return true;
    }

    public void Remove(ReplicaCall call) => calls.Remove(call);

    /// <summary>The process ends, and its calls with it.</summary>
    public void Restart()
    {
        foreach (var call in calls.ToArray()) call.Break(CallStatus.Unavailable);
        calls.Clear();
    }

    /// <summary>The store's head is not where it was.</summary>
    public void StoreMoved(StoreId store)
    {
        foreach (var call in calls.ToArray()) call.StoreMoved(store);
    }
}
