using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The machine's clocks. Timestamps are Linux's CLOCK_BOOTTIME, nanoseconds since the boot: unlike those of
/// <see cref="TimeProvider.System"/> (CLOCK_MONOTONIC) they go on while the machine sleeps, so that after a night's suspend
/// the wall clock is not taken for one that has jumped.
/// </summary>
public sealed partial class MachineTime : TimeProvider
{
    const int ClockBootTime = 7;
    const long NanosecondsPerSecond = 1_000_000_000;

    public override long TimestampFrequency => NanosecondsPerSecond;

    public override long GetTimestamp() =>
        GetTime(ClockBootTime, out var now) == 0 ? (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpecification now);

    /// <summary>A timespec of a 64-bit Linux.</summary>
    struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
