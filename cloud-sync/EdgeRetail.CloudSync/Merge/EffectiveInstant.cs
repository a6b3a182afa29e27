using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>When an entry counts as having happened, with what breaks ties: no two entries of a store have the same.</summary>
public readonly record struct EffectiveInstant(HybridTimestamp At, DeviceId Device, EntryId Entry) : IComparable<EffectiveInstant>
{
    public int CompareTo(EffectiveInstant other)
    {
        var order = At.CompareTo(other.At);
        if (order == 0) order = Device.Value.CompareTo(other.Device.Value);
        return order == 0 ? Entry.CompareTo(other.Entry) : order;
    }
}
