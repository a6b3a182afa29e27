using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>What is believed of a device's clock offset. Without I/O.</summary>
public static class ClockOffsetRules
{
    /// <summary>Exact enough to be worth anything, and a clock's at all.</summary>
    public static bool IsSane(OffsetRecord offset) =>
        offset.ErrorMs <= (ulong)ProtocolLimits.ClockOffsetErrorMax.TotalMilliseconds
        && offset.OffsetMs <= (long)ProtocolLimits.ClockOffsetMax.TotalMilliseconds && offset.OffsetMs >= -(long)ProtocolLimits.ClockOffsetMax.TotalMilliseconds;

    /// <summary>
    /// Measured at this session: of the boot that said Hello, and not far from what Hello's own wall time says. What a device
    /// claims of its clock moves its entries in time, so the cloud's view of it has to agree.
    /// </summary>
    public static bool IsMeasuredHere(OffsetRecord offset, Hello hello, long helloReceivedMs) =>
        IsSane(offset) && offset.BootId == hello.BootId
        && Int128.Abs((Int128)hello.WallTimeMs - helloReceivedMs - offset.OffsetMs) <= (Int128)ProtocolLimits.ClockBound.TotalMilliseconds;

    /// <summary>What a Hello presents, each boot once and only what is sane.</summary>
    public static IReadOnlyList<OffsetRecord> Presented(Hello hello) =>
        [.. hello.Offsets.Take(ProtocolLimits.ClockOffsetsMax).Where(IsSane).DistinctBy(offset => offset.BootId)];
}
