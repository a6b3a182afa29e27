using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>The true time of a run.</summary>
sealed class VirtualTime(EventQueue queue) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => MachineClock.Beginning + queue.Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => queue.Now.Ticks;
}
