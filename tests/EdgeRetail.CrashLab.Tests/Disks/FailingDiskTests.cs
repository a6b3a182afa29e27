using System.Diagnostics;
using System.Text.Json;
using EdgeRetail.CrashLab.Tests.Device;
using EdgeRetail.CrashLab.Tests.Shim;
using EdgeRetail.TestKit;

namespace EdgeRetail.CrashLab.Tests.Disks;

/// <summary>Real file systems that fill up, go read-only or are slow, under the real executable.</summary>
public sealed class FailingDiskTests
{
    readonly LabRun lab = new("failing disks");
    readonly LabDay day = new();

    [OneTimeTearDown]
    public void Close()
    {
        lab.End();
        day.Dispose();
    }

    [Test]
    public async Task A_full_disk_refuses_by_name_and_loses_nothing()
    {
        using var disk = MountedDisk.InMemory(kilobytes: 1536);
        var device = await EnrolledAsync(disk);
        var ballast = Path.Combine(disk.Path, "ballast");
        await FillAsync(ballast);

        var confirmed = 0;
        CommandOutcome refused;
        LabCommand sale;
        while (true)
        {
            sale = LabDay.Sale(confirmed);
            refused = await device.RunAsync(sale);
            if (refused.ExitCode != 0) break;
            Assert.That(++confirmed, Is.LessThan(5000), "the disk never gets full");
        }

        refused.AssertRefused(4, "LEDGER_DISK_FULL");
        File.Delete(ballast);
        Assert.That((await device.RunAsync(sale)).AssertOk().Json.GetProperty("replayed").GetBoolean(), Is.False);
        var fault = await LabVerdict.FaultAsync(device, confirmed + 1);
        Assert.That(fault, Is.Null, fault);
    }

    [Test]
    public async Task An_agent_on_a_full_disk_stays_up_and_sells_when_there_is_space_again()
    {
        using var disk = MountedDisk.InMemory(kilobytes: 2560);
        var device = await EnrolledAsync(disk);
        await using var agent = device.Start();
        await agent.LineAsync("\"event\":\"ready\"");
        using var api = device.Api();
        var ballast = Path.Combine(disk.Path, "ballast");
        await FillAsync(ballast);

        var confirmed = 0;
        object sale;
        KioskRefusal? refusal = null;
        while (true)
        {
            sale = LabDay.SaleBody(confirmed);
            refusal = await RefusalAsync(api, sale);
            if (refusal is not null) break;
            Assert.That(++confirmed, Is.LessThan(5000), "the disk never gets full");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Status, Is.EqualTo(503));
            Assert.That(refusal.Code, Is.EqualTo("LEDGER_DISK_FULL"));
        }

        await api.GetAsync("/api/v1/status");
        File.Delete(ballast);
        await Eventually.IsTrue(async () => await RefusalAsync(api, sale) is null, "the agent sells again");
        await agent.StopAsync();
        var fault = await LabVerdict.FaultAsync(device, confirmed + 1);
        Assert.That(fault, Is.Null, fault);
    }

    [Test]
    public async Task A_card_that_went_read_only_refuses_by_name_and_loses_nothing()
    {
        using var folder = new TemporaryDirectory();
        using var disk = MountedDisk.Card(folder["card.img"]);
        var device = await EnrolledAsync(disk);
        for (var sale = 0; sale < 5; sale++) (await device.RunAsync(LabDay.Sale(sale))).AssertOk();

        disk.Fail();
        var again = LabDay.Sale(5);
        var refused = await device.RunAsync(again);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.ExitCode, Is.EqualTo(4), refused.ToString());
            Assert.That(refused.ErrorCode, Does.StartWith("LEDGER_"), refused.ToString());
            Assert.That(refused.NextStep, Is.Not.Null.And.Not.Empty);
        }

        disk.Repair();
        (await device.RunAsync(again)).AssertOk();
        var fault = await LabVerdict.FaultAsync(device, 6);
        Assert.That(fault, Is.Null, fault);
    }

    [Test]
    public async Task A_card_that_goes_read_only_under_an_agent_stops_no_reading()
    {
        using var folder = new TemporaryDirectory();
        using var disk = MountedDisk.Card(folder["card.img"]);
        var device = await EnrolledAsync(disk);
        await using (var agent = device.Start())
        {
            await agent.LineAsync("\"event\":\"ready\"");
            using var api = device.Api();
            for (var sale = 0; sale < 5; sale++) Assert.That(await RefusalAsync(api, LabDay.SaleBody(sale)), Is.Null);
            disk.Fail();
            var refusal = await RefusalAsync(api, LabDay.SaleBody(5));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(refusal?.Status, Is.EqualTo(503), refusal?.Message);
                Assert.That(refusal?.Code, Does.StartWith("LEDGER_"));
            }

            Assert.That(agent.HasExited, Is.False);
            await api.GetAsync("/api/v1/status");
            await agent.KillAsync();
        }

        disk.Repair();
        var entries = (await device.RunAsync("outbox")).AssertOk().Json.GetProperty("count").GetInt64();
        Assert.That(entries, Is.EqualTo(5));
        var fault = await LabVerdict.FaultAsync(device, entries);
        Assert.That(fault, Is.Null, fault);
    }

    [Test]
    public async Task A_slow_card_makes_the_sale_wait_and_nothing_else()
    {
        var syncDelay = TimeSpan.FromSeconds(2);
        var patience = TimeSpan.FromSeconds(0.25);
        using var folder = TemporaryDirectory.InMemory();
        var device = new LabDevice(folder["device"]);
        (await device.RunAsync(day.Enrol)).AssertOk();
        await using var agent = device.Start(await IoShim.EnvironmentAsync(device.Folder, null, syncDelay: syncDelay));
        await agent.LineAsync("\"event\":\"ready\"");
        using var selling = device.Api();
        using var looking = device.Api();

        var watch = Stopwatch.StartNew();
        var sale = selling.PostAsync("/api/v1/sales", LabDay.SaleBody(1));
        var looks = new List<TimeSpan>();
        while (!sale.IsCompleted)
        {
            var asked = watch.Elapsed;
            await looking.GetAsync("/api/v1/status");
            await looking.GetAsync("/api/v1/products?q=lab");
            looks.Add(watch.Elapsed - asked);
        }

        JsonElement sold = await sale;
        looks.Sort();
        var ninetyNine = looks[looks.Count * 99 / 100];
        TestContext.Progress.WriteLine($"With syncs of {syncDelay.TotalSeconds} s a sale took {watch.Elapsed.TotalSeconds:0.0} s, {looks.Count} looks meanwhile took {ninetyNine.TotalMilliseconds:0} ms at the 99th percentile, at most {looks[^1].TotalMilliseconds:0} ms");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sold.GetProperty("replayed").GetBoolean(), Is.False);
            Assert.That(watch.Elapsed, Is.AtLeast(syncDelay), "it is confirmed after the sync");
            Assert.That(looks, Has.Count.AtLeast(3));
            Assert.That(ninetyNine, Is.LessThan(patience), "nobody who looks waits for the sync");
        }

        await agent.KillAsync();
        var fault = await LabVerdict.FaultAsync(device, 1);
        Assert.That(fault, Is.Null, fault);
    }

    [Test]
    public async Task A_supervisor_hears_nothing_while_the_writer_hangs()
    {
        var syncDelay = TimeSpan.FromSeconds(2);
        using var folder = TemporaryDirectory.InMemory();
        using var supervisor = new NotifySocket();
        var device = new LabDevice(folder["device"]);
        (await device.RunAsync(day.Enrol)).AssertOk();
        var environment = await IoShim.EnvironmentAsync(device.Folder, null, syncDelay: syncDelay);
        environment["NOTIFY_SOCKET"] = supervisor.Path;
        environment["WATCHDOG_USEC"] = "100000";
        await using var agent = device.Start(environment);
        await agent.LineAsync("\"event\":\"ready\"");

        using var selling = device.Api();
        await selling.PostAsync("/api/v1/sales", LabDay.SaleBody(1));
        var told = supervisor.Told.Count;
        await Eventually.IsTrue(() => supervisor.Told.Count > told, "it hears again once the card has answered");
        // Half of the interval may pass on either side of the sync.
        Assert.That(supervisor.LongestPause("WATCHDOG=1"), Is.AtLeast(syncDelay - TimeSpan.FromSeconds(0.5)));
    }

    [TestCase("ledger.db-wal", Description = "the commit")]
    [TestCase("hwm", Description = "the mark after it, outside of the writer")]
    public async Task A_disk_that_hangs_in_a_sale_is_named_and_the_sale_is_confirmed_when_it_answers(string stalledFile)
    {
        using var folder = TemporaryDirectory.InMemory();
        using var supervisor = new NotifySocket();
        var device = new LabDevice(folder["device"]);
        (await device.RunAsync(day.Enrol)).AssertOk();
        var stall = new IoStall(folder["stall"]);
        var environment = await IoShim.EnvironmentAsync(device.Folder, null, stall: stall);
        environment["NOTIFY_SOCKET"] = supervisor.Path;
        environment["WATCHDOG_USEC"] = "100000";
        await using var agent = device.Start(environment);
        await agent.LineAsync("\"event\":\"ready\"");
        using var selling = device.Api();
        using var looking = device.Api();
        await selling.PostAsync("/api/v1/sales", LabDay.SaleBody(1));

        stall.Begin(stalledFile);
        var sale = selling.PostAsync("/api/v1/sales", LabDay.SaleBody(2));
        await Eventually.IsTrue(async () => (await WarningsAsync(looking)).Contains("DISK_HANGS"), "status names the disk that hangs");
        var named = Stopwatch.StartNew();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sale.IsCompleted, Is.False, "nothing is confirmed that is not on the disk");
            Assert.That(agent.HasExited, Is.False);
            Assert.That((await looking.GetAsync("/api/v1/products?q=lab")).GetProperty("items").GetArrayLength(), Is.Zero, "what only reads is answered");
        }

        await Task.Delay(TimeSpan.FromSeconds(0.5));
        var silence = named.Elapsed;
        stall.End();
        Assert.That((await sale).GetProperty("replayed").GetBoolean(), Is.False);
        var told = supervisor.Told.Count;
        await Eventually.IsTrue(() => supervisor.Told.Count > told, "the supervisor hears again that the agent is alive");
        Assert.That(supervisor.LongestPause("WATCHDOG=1"), Is.AtLeast(silence), "while nothing could be sold it heard nothing");
        Assert.That(await WarningsAsync(looking), Does.Not.Contain("DISK_HANGS"));
        await selling.PostAsync("/api/v1/sales", LabDay.SaleBody(3));
        await agent.StopAsync();
        var fault = await LabVerdict.FaultAsync(device, 3);
        Assert.That(fault, Is.Null, fault);
    }

    static async Task<IReadOnlyList<string?>> WarningsAsync(KioskApi api) =>
        [.. (await api.GetAsync("/api/v1/status")).GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("code").GetString())];

    async Task<LabDevice> EnrolledAsync(MountedDisk disk)
    {
        var device = new LabDevice(Path.Combine(disk.Path, "device"));
        (await device.RunAsync(day.Enrol)).AssertOk();
        return device;
    }

    /// <summary>Takes what there is, but for a few pages.</summary>
    static async Task FillAsync(string ballast)
    {
        var free = new DriveInfo(Path.GetDirectoryName(ballast)!).AvailableFreeSpace;
        await File.WriteAllBytesAsync(ballast, new byte[free - (240 << 10)]);
    }

    static async Task<KioskRefusal?> RefusalAsync(KioskApi api, object sale)
    {
        try
        {
            await api.PostAsync("/api/v1/sales", sale);
            return null;
        }
        catch (KioskRefusal refusal)
        {
            return refusal;
        }
    }
}
