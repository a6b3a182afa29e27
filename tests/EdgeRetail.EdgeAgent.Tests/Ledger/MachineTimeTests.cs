using System.Globalization;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Tests.Ledger;

sealed class MachineTimeTests
{
    [Test]
    public void Timestamps_are_the_kernels_uptime()
    {
        var time = new MachineTime();
        var before = Uptime();
        var said = TimeSpan.FromSeconds((double)time.GetTimestamp() / time.TimestampFrequency);
        Assert.That(said, Is.InRange(before - TimeSpan.FromMilliseconds(10), Uptime() + TimeSpan.FromMilliseconds(10)), "in hundredths of a second");
    }

    [Test]
    public void Elapsed_time_is_that_of_the_wall_clock()
    {
        var time = new MachineTime();
        var (wall, started) = (time.GetUtcNow(), time.GetTimestamp());
        SpinWait.SpinUntil(() => time.GetUtcNow() - wall > TimeSpan.FromMilliseconds(50));
        Assert.That(time.GetElapsedTime(started), Is.InRange(TimeSpan.FromMilliseconds(40), time.GetUtcNow() - wall + TimeSpan.FromMilliseconds(10)));
    }

    static TimeSpan Uptime() => TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
}
