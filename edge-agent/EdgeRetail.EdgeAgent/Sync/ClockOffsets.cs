using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>How device and cloud agree about the device's wall clock. Pure.</summary>
static class ClockOffsets
{
    public static OffsetRecord ToWire(ClockOffset offset) => new() { BootId = offset.BootId, OffsetMs = offset.OffsetMs, ErrorMs = (ulong)offset.ErrorMs };

    /// <summary>
    /// What the ledger has for this boot stands. Else what the cloud has is adopted, and where neither has any, it is measured
    /// now, by <paramref name="sinceHello"/> of the monotonic clock, which nobody sets; then the cloud is to be told.
    /// </summary>
    public static (SessionWelcome Welcome, OffsetRecord? ToTell) Agree(HelloState state, Welcome wire, SessionWelcome welcome, TimeSpan sinceHello)
    {
        var boot = state.Clock.BootId;
        if (state.ClockOffsets.Any(known => known.BootId == boot)) return (welcome, null);
        if (wire.Offset is { } offset && offset.BootId == boot && new ClockOffset(boot, offset.OffsetMs, (long)Math.Min(offset.ErrorMs, long.MaxValue)) is { IsSane: true } agreed)
            return (welcome with { ClockOffset = agreed }, null);
        var helloSentMs = state.Clock.WallTime.ToUnixTimeMilliseconds();
        return ClockOffset.Measure(boot, helloSentMs, wire.ReceivedTimeMs, wire.ServerTimeMs, helloSentMs + (long)sinceHello.TotalMilliseconds) is { } measured
            ? (welcome with { ClockOffset = measured }, ToWire(measured))
            : (welcome, null);
    }
}
