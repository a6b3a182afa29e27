using System.Globalization;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The device's clocks. The wall clock is not believed where it shows less than this software's age or, by more than the
/// protocol's bound, less than the last time that was believed; then time goes on from the later of the two with the
/// monotonic clock.
/// </summary>
public sealed class DeviceClock
{
    readonly TimeProvider time;
    readonly DeviceStateStore states;
    readonly ulong bootId;
    readonly long buildTimeMilliseconds;
    readonly long floorAtStartMilliseconds;
    readonly long monotonicAtStartMilliseconds;

    internal DeviceClock(AgentOptions options, TimeProvider time, DeviceStateStore states)
    {
        this.time = time;
        this.states = states;
        bootId = ReadBootId(options.BootIdFile);
        buildTimeMilliseconds = options.BuildTime.ToUnixTimeMilliseconds();
        floorAtStartMilliseconds = Math.Max(buildTimeMilliseconds, states.Current.LastGoodTimeMilliseconds);
        monotonicAtStartMilliseconds = MonotonicMilliseconds();
    }

    public ClockReading Read() => Read(states.Current.LastGoodTimeMilliseconds);

    internal ClockReading Read(long lastGoodTimeMilliseconds)
    {
        var wall = time.GetUtcNow();
        var wallMilliseconds = wall.ToUnixTimeMilliseconds();
        var monotonic = MonotonicMilliseconds();
        var trusted = wallMilliseconds >= buildTimeMilliseconds && wallMilliseconds >= lastGoodTimeMilliseconds - (long)ProtocolLimits.ClockBound.TotalMilliseconds;
        var physical = trusted ? wallMilliseconds : floorAtStartMilliseconds + (monotonic - monotonicAtStartMilliseconds);
        return new(DateTimeOffset.FromUnixTimeMilliseconds(wallMilliseconds), physical, bootId, monotonic, trusted ? ClockQuality.Trusted : ClockQuality.Untrusted);
    }

    // CLOCK_MONOTONIC on Linux: since boot, whichever process asks.
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
