using System.Globalization;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The device's clocks. The wall clock is not believed where it shows less than this software's age or, by more than the
/// protocol's bound, less than the last time that was believed; nor, once the cloud has said the time in this run, where it is
/// further than the bound from what the cloud's clock shows by now, at that moment or after a jump. Then time goes on with the
/// monotonic clock from the best time that is known.
/// </summary>
public sealed class DeviceClock
{
    readonly TimeProvider time;
    readonly Func<long> lastGoodTimeMilliseconds;
    readonly ulong bootId;
    readonly long buildTimeMilliseconds;
    volatile Known known;

    internal DeviceClock(AgentOptions options, TimeProvider time, DeviceStateStore states)
        : this(ReadBootId(options.BootIdFile), options.BuildTime, time, () => states.Current.LastGoodTimeMilliseconds)
    {
    }

    /// <param name="lastGoodTimeMilliseconds">The last time that was believed, as the ledger has it.</param>
    internal DeviceClock(ulong bootId, DateTimeOffset buildTime, TimeProvider time, Func<long> lastGoodTimeMilliseconds)
    {
        this.time = time;
        this.lastGoodTimeMilliseconds = lastGoodTimeMilliseconds;
        this.bootId = bootId;
        buildTimeMilliseconds = buildTime.ToUnixTimeMilliseconds();
        known = new(Math.Max(buildTimeMilliseconds, lastGoodTimeMilliseconds()), MonotonicMilliseconds());
    }

    /// <summary>The wall clock now less the cloud's time; null before the cloud has said it in this run.</summary>
    public TimeSpan? OffsetFromCloud => known is { IsTheClouds: true } told
        ? TimeSpan.FromMilliseconds(Math.Clamp(time.GetUtcNow().ToUnixTimeMilliseconds() - told.At(MonotonicMilliseconds()), -OffsetMaxMilliseconds, OffsetMaxMilliseconds))
        : null;

    /// <summary>A time that was right when the monotonic clock stood there; at the least the best that was known.</summary>
    sealed record Known(long TimeMilliseconds, long MonotonicMilliseconds)
    {
        public bool IsTheClouds { get; init; }

        public long At(long monotonicMilliseconds) => TimeMilliseconds + (monotonicMilliseconds - MonotonicMilliseconds);
    }

    public ClockReading Read() => Read(lastGoodTimeMilliseconds());

    internal ClockReading Read(long lastGoodMilliseconds)
    {
        var wall = time.GetUtcNow();
        var wallMilliseconds = wall.ToUnixTimeMilliseconds();
        var monotonic = MonotonicMilliseconds();
        var best = known;
        var trusted = wallMilliseconds >= buildTimeMilliseconds && wallMilliseconds >= lastGoodMilliseconds - BoundMilliseconds && !(best.IsTheClouds && IsFar(wallMilliseconds, best.At(monotonic)));
        var physical = trusted ? wallMilliseconds : best.At(monotonic);
        return new(DateTimeOffset.FromUnixTimeMilliseconds(wallMilliseconds), physical, bootId, monotonic, trusted ? ClockQuality.Trusted : ClockQuality.Untrusted);
    }

    /// <summary>The cloud said the time.</summary>
    internal void Learn(DateTimeOffset serverTime) => known = new(serverTime.ToUnixTimeMilliseconds(), MonotonicMilliseconds()) { IsTheClouds = true };

    static long OffsetMaxMilliseconds => (long)ProtocolLimits.ClockOffsetMax.TotalMilliseconds;

    static long BoundMilliseconds => (long)ProtocolLimits.ClockBound.TotalMilliseconds;

    static bool IsFar(long milliseconds, long fromMilliseconds) => Math.Abs(milliseconds - fromMilliseconds) > BoundMilliseconds;

    // Since boot, whichever process asks, see MachineTime.
    long MonotonicMilliseconds() => (long)((Int128)time.GetTimestamp() * 1000 / time.TimestampFrequency);

    /// <summary>The first 64 bits of the kernel's UUID for this boot.</summary>
    static ulong ReadBootId(string file)
    {
        try
        {
            var text = File.ReadAllText(file).Trim().Replace("-", "", StringComparison.Ordinal);
            if (text.Length >= 16 && ulong.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)) return id;
        }
        catch (IOException e)
        {
            throw new LedgerException(LedgerException.Unusable, $"{file} cannot be read: {e.Message}", "Run the agent on Linux with /proc mounted.", e);
        }

        throw new LedgerException(LedgerException.Unusable, $"{file} holds no boot id.", "Run the agent on Linux with /proc mounted.");
    }
}
