using EdgeRetail.Contracts;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// How far the wall clock stood from the cloud's in one boot: the wall time is the cloud's plus <paramref name="OffsetMs"/>, give
/// or take <paramref name="ErrorMs"/>. Agreed once with the cloud and never measured again for that boot, so that entries sent
/// again after a restore get the times that they had.
/// </summary>
public sealed record ClockOffset(ulong BootId, long OffsetMs, long ErrorMs)
{
    const long StampsErrorMs = 2;

    /// <summary>
    /// From four stamps: when Hello left and Welcome came by the device's wall clock, and in between when the one came and the
    /// other left by the cloud's. Half of what the way took is the error; a clock that is right within it is taken for right, so
    /// that kiosks whose clocks are kept by others stand in order whatever their first calls took. Null where the error is too
    /// much to be worth anything.
    /// </summary>
    public static ClockOffset? Measure(ulong bootId, long helloSentMs, long helloReceivedMs, long welcomeSentMs, long welcomeReceivedMs)
    {
        var onTheWay = welcomeReceivedMs - helloSentMs - (welcomeSentMs - helloReceivedMs);
        // The stamps are whole milliseconds, cut off.
        if (onTheWay < -StampsErrorMs) return null;
        var error = (Math.Max(0, onTheWay) / 2) + StampsErrorMs;
        var middle = (helloSentMs - helloReceivedMs + (welcomeReceivedMs - welcomeSentMs)) / 2;
        var offset = new ClockOffset(bootId, middle >= -error && middle <= error ? 0 : middle, error);
        return offset.IsSane ? offset : null;
    }

    /// <summary>Exact enough to be worth anything, and a clock's at all.</summary>
    public bool IsSane =>
        ErrorMs >= 0 && ErrorMs <= (long)ProtocolLimits.ClockOffsetErrorMax.TotalMilliseconds
        && OffsetMs <= (long)ProtocolLimits.ClockOffsetMax.TotalMilliseconds && OffsetMs >= -(long)ProtocolLimits.ClockOffsetMax.TotalMilliseconds;
}
