using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;

namespace EdgeRetail.Checker.Passes;

/// <summary>When an entry counts as having happened: by effective time, then device, then entry id.</summary>
readonly record struct EntryOrder(long EffectiveTime, int Device, EntryKey Entry) : IComparable<EntryOrder>
{
    public static EntryOrder Of(JournalRow row) => new(row.EffectiveTime, row.DeviceId, row.Id);

    public int CompareTo(EntryOrder other) =>
        EffectiveTime != other.EffectiveTime ? EffectiveTime.CompareTo(other.EffectiveTime)
        : Device != other.Device ? Device.CompareTo(other.Device)
        : Entry.CompareTo(other.Entry);
}
