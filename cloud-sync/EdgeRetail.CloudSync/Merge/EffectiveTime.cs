using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>When an entry counts as having happened, and how that was found.</summary>
public readonly record struct EffectiveTime(HybridTimestamp At, EffectiveTimeSource Source)
{
    static readonly long BoundMs = (long)ProtocolLimits.ClockBound.TotalMilliseconds;

    /// <summary>
    /// The entry's wall time as corrected by what was agreed about its boot, else its clock; clamped to receipt plus the clock
    /// bound, raised one tick above the device's entry before it. It rises strictly per device. Bytes without a clock count from
    /// their receipt. A corrected time that cannot be, because the wall clock was set after the agreement, gives way to the clock.
    /// </summary>
    public static EffectiveTime Of(HybridTimestamp? hlc, long? correctedMs, HybridTimestamp predecessor, long receivedAtMs)
    {
        var latest = new HybridTimestamp(receivedAtMs + BoundMs, 0);
        var found = (hlc, correctedMs) switch
        {
            (_, { } corrected) when corrected <= latest.Milliseconds && corrected >= predecessor.Milliseconds - BoundMs && corrected >= 0 =>
                new EffectiveTime(new(corrected, 0), EffectiveTimeSource.Corrected),
            (null, _) => new EffectiveTime(new(receivedAtMs, 0), EffectiveTimeSource.Clamped),
            ({ } own, _) when own.CompareTo(latest) > 0 => new EffectiveTime(latest, EffectiveTimeSource.Clamped),
            ({ } own, _) => new EffectiveTime(own, EffectiveTimeSource.Hlc),
        };
        return found.At.CompareTo(predecessor) > 0 ? found : new(new(predecessor.Packed + 1), EffectiveTimeSource.Raised);
    }

    /// <summary>Whether the entry's clock was further ahead of its receipt than is believed of any.</summary>
    public static bool IsClockAhead(HybridTimestamp hlc, long receivedAtMs) => hlc.Milliseconds > receivedAtMs + BoundMs;
}
