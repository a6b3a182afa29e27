using System.Diagnostics;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Retention;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.EdgeAgent.Tests.Retention;

sealed class DiskTests : AgentFixture
{
    [TestCase(400L << 20, "Enough")]
    [TestCase((400L << 20) - 1, "Low")]
    [TestCase(200L << 20, "Low")]
    [TestCase((200L << 20) - 1, "Shed")]
    [TestCase(8L << 20, "Shed")]
    [TestCase((8L << 20) - 1, "Reserve")]
    [TestCase(0, "Reserve")]
    public void Each_step_has_its_bytes(long free, string step) => Assert.That(DiskLadder.StepAt(free).ToString(), Is.EqualTo(step));

    [Test]
    public void The_ladder_is_climbed_down_as_the_disk_fills_and_the_reserve_is_held_again_when_there_is_room()
    {
        var free = 1L << 30;
        Reopen(Options with { FreeBytes = _ => Interlocked.Read(ref free), ReserveBytes = 1 << 20 });
        for (var i = 0; i < 9; i++) SellMilk();
        var logs = System.IO.Directory.CreateDirectory(Path.Combine(Directory, "logs")).FullName;
        foreach (var name in new[] { "agent-20260601.log", "agent-20260602.log", "agent-20260603.log" }) File.WriteAllText(Path.Combine(logs, name), name);
        File.SetLastWriteTimeUtc(Path.Combine(logs, "agent-20260603.log"), DateTime.UtcNow.AddMinutes(1));
        Agent.Outbox.Acknowledge(9, Agent.Ledger.ChainAt(9)!.Value, 6, []);
        Tamper("DELETE FROM pending_row WHERE position <= 5; UPDATE identity SET covered_count = 5");
        Reopen(Options with { FreeBytes = _ => Interlocked.Read(ref free), ReserveBytes = 1 << 20 });

        using var housekeeping = new Housekeeping(Agent, NullLogger<Housekeeping>.Instance);
        housekeeping.Tick();
        var reserve = Path.Combine(Directory, "reserve");
        Due(housekeeping, 1L << 30);
        Assert.That((new FileInfo(reserve).Length, Agent.Queries.Status().Warnings.Count), Is.EqualTo((1L << 20, 0)));
        Assert.That((System.IO.Directory.GetFiles(logs).Length, Scalar("SELECT min(position) FROM entry")), Is.EqualTo((3, 1L)));

        Due(housekeeping, 300L << 20);
        Assert.That(Warnings, Is.EqualTo(new[] { "DISK_SPACE_LOW" }));
        Assert.That((System.IO.Directory.GetFiles(logs).Length, Scalar("SELECT min(position) FROM entry")), Is.EqualTo((3, 1L)));

        Due(housekeeping, 100L << 20);
        Assert.That(System.IO.Directory.GetFiles(logs).Select(Path.GetFileName), Is.EqualTo(new[] { "agent-20260603.log" }));
        Assert.That((File.Exists(reserve), Scalar("SELECT min(position) FROM entry")), Is.EqualTo((true, 6L)), "what is durable and covered goes, whatever its age");

        Due(housekeeping, 1L << 20);
        Assert.That((File.Exists(reserve), SellMilk().Receipt!.Number), Is.EqualTo((false, 10)));
        Assert.That(Warnings, Is.EqualTo(new[] { "DISK_SPACE_LOW" }));
        Due(housekeeping, 0);
        Assert.That(Warnings, Is.EqualTo(new[] { "DISK_FULL" }));

        Due(housekeeping, 1L << 30);
        Assert.That(File.Exists(reserve));
        Assert.That(Broken(), Is.Empty);

        void Due(Housekeeping keeping, long bytes)
        {
            Interlocked.Exchange(ref free, bytes);
            keeping.Tick();
        }
    }

    [Test]
    public void On_a_full_disk_the_reserve_is_sold_from_and_then_the_lane_is_told_to_stop_and_nothing_recorded_is_lost()
    {
        var disk = System.IO.Directory.CreateTempSubdirectory("small-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk) != 0)
        {
            System.IO.Directory.Delete(disk);
            Desk.IgnoreExceptInCi("A tmpfs cannot be mounted here; the test needs root.");
        }

        try
        {
            var options = Options with { DataDirectory = disk, ReserveBytes = 1 << 20 };
            Agent.Enrol(options, Time, Enrolment());
            Agent.Dispose();
            Agent = Agent.Open(options, Time);
            Agent.Reserve.Hold();
            SellMilk();
            var filler = new FileStream(Path.Combine(disk, "filler"), FileMode.Create);
            try
            {
                while (true) filler.Write(new byte[4096]);
            }
            catch (IOException)
            {
                // Full.
            }

            var sold = 1;
            CommandResult.Refused? refused = null;
            while (refused is null && sold < 20_000)
            {
                var result = Agent.Commands.Execute(new RecordSale(null, "ann", [new(Milk, EdgeRetail.Contracts.Entries.Quantity.Each(1), Eur(129), Description: "milk", Unknown: true)], EdgeRetail.Contracts.Entries.TenderKind.Cash));
                refused = result as CommandResult.Refused;
                if (refused is null) sold++;
            }

            Assert.That(File.Exists(Path.Combine(disk, "reserve")), Is.False);
            Assert.That(sold, Is.GreaterThan(20), "the reserve's room was sold from");
            Assert.That((refused!.Code, refused.Message), Is.EqualTo((LedgerException.DiskFull, $"Cannot record, stop selling: the disk of {Path.Combine(disk, "ledger.db")} is full.")));
            Assert.That(Warnings, Does.Contain("DISK_FULL"));

            filler.SetLength(0);
            filler.Dispose();
            Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(sold + 1), "nothing was consumed by what was refused");
            Assert.That(Warnings, Does.Not.Contain("DISK_FULL"));
            Assert.That(Broken(), Is.Empty);
        }
        finally
        {
            Agent.Dispose();
            Run("umount", "-l", disk);
            System.IO.Directory.Delete(disk);
        }
    }

    IEnumerable<string> Warnings => Agent.Queries.Status().Warnings.Select(warning => warning.Code);

    static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
