using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>When an entry counts as having happened, and how that was found.</summary>
public readonly record struct EffectiveTime(HybridTimestamp At, EffectiveTimeSource Source)
{
    /// <summary>
    /// The entry's clock, clamped to receipt plus the clock bound, raised one tick above the device's entry before it. It
    /// rises strictly per device. Bytes without a clock count from their receipt.
    /// </summary>
    public static EffectiveTime Of(HybridTimestamp? hlc, HybridTimestamp predecessor, long receivedAtMs)
    {
        var latest = new HybridTimestamp(receivedAtMs + (long)ProtocolLimits.ClockBound.TotalMilliseconds, 0);
        var found = hlc switch
        {
            null => new EffectiveTime(new(receivedAtMs, 0), EffectiveTimeSource.Clamped),
            { } own when own.CompareTo(latest) > 0 => new EffectiveTime(latest, EffectiveTimeSource.Clamped),
            { } own => new EffectiveTime(own, EffectiveTimeSource.Hlc),
        };
        return found.At.CompareTo(predecessor) > 0 ? found : new(new(predecessor.Packed + 1), EffectiveTimeSource.Raised);
    }
}
