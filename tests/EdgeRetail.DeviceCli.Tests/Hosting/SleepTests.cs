using System.Globalization;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.TestKit;

namespace EdgeRetail.DeviceCli.Tests.Hosting;

/// <summary>
/// A machine that has slept: in a time namespace whose boot is ten days further back, as the kernel counts it, while the clock
/// that stands still meanwhile shows what it shows here.
/// </summary>
sealed class SleepTests
{
    static readonly TimeSpan Slept = TimeSpan.FromDays(10);

    [Test]
    public async Task Time_that_the_machine_slept_counts_since_its_boot()
    {
        if (!Environment.IsPrivilegedProcess) Desk.IgnoreExceptInCi("a time namespace needs root");
        await using var kiosk = await KioskMachine.EnrolledAsync();
        var before = Uptime();
        await using var process = await ProductProcess.RunAsync(
            "unshare", ["--time", "--boottime", Slept.TotalSeconds.ToString(CultureInfo.InvariantCulture), ProductExecutables.EdgeRetail, "sell", KioskMachine.Milk, "--data", kiosk.Data]);
        Assert.That(await process.ExitAsync(), Is.Zero, process.Transcript());

        using var agent = Agent.Open(new(kiosk.Data), new MachineTime());
        var entry = ((EntryDecoding.Decoded)EntryCodec.Decode(agent.Outbox.ReadBatch(0, 1, int.MaxValue)!.Entries[0])).Entry;
        var sinceBoot = TimeSpan.FromMilliseconds(entry.Header.MonotonicMilliseconds);
        Assert.That(sinceBoot - Slept, Is.InRange(before - TimeSpan.FromMilliseconds(20), Uptime() + TimeSpan.FromMilliseconds(20)));
    }

    static TimeSpan Uptime() => TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
}
