using Microsoft.Extensions.Time.Testing;

namespace EdgeRetail.EdgeAgent.Tests;

/// <summary>A device's two clocks: advancing moves both, setting the wall clock leaves the monotonic one alone, as on a real machine.</summary>
sealed class DeviceTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    long setTicks;

    public void SetWall(DateTimeOffset time)
    {
        setTicks += (time - GetUtcNow()).Ticks;
        AdjustTime(time);
    }

    public override long GetTimestamp() => base.GetTimestamp() - setTicks;
}
