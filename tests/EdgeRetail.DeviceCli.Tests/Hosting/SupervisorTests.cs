using EdgeRetail.TestKit;

namespace EdgeRetail.DeviceCli.Tests.Hosting;

/// <summary>What a service manager hears from the executable over a real socket.</summary>
[CancelAfter(120_000)]
sealed class SupervisorTests
{
    KioskMachine kiosk = null!;
    NotifySocket manager = null!;

    [SetUp]
    public async Task Enrolled()
    {
        kiosk = await KioskMachine.EnrolledAsync();
        manager = new();
    }

    [TearDown]
    public async Task Closed()
    {
        manager.Dispose();
        await kiosk.DisposeAsync();
    }

    [Test]
    public async Task It_hears_of_the_start_that_the_agent_is_alive_and_of_the_end()
    {
        await using var agent = Start(new() { ["WATCHDOG_USEC"] = "200000" });
        await Eventually.IsTrue(() => manager.Told.Count(told => told == "WATCHDOG=1") > 10 && manager.Told.Contains("READY=1"), "it says that it is ready, and that it is alive, again and again");
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();

        Assert.That(await agent.StopAsync(), Is.Zero);
        await Eventually.IsTrue(() => manager.Told.Contains("STOPPING=1"), "it says that it stops");
        Assert.That(manager.Told.Count(told => told == "READY=1"), Is.EqualTo(1));
    }

    [TestCase(null, null, Description = "no watchdog asked for")]
    [TestCase("200000", "1", Description = "meant for another process")]
    public async Task It_hears_of_the_start_alone_where_it_did_not_ask_for_more(string? microseconds, string? process)
    {
        await using var agent = Start(new() { ["WATCHDOG_USEC"] = microseconds, ["WATCHDOG_PID"] = process });
        await Eventually.IsTrue(() => manager.Told.Contains("READY=1"), "it says that it is ready");
        Assert.That(await agent.StopAsync(), Is.Zero);
        await Eventually.IsTrue(() => manager.Told.Contains("STOPPING=1"), "it says that it stops");
        Assert.That(manager.Told, Is.EqualTo((string[])["READY=1", "STOPPING=1"]));
    }

    [Test]
    public async Task A_manager_that_went_away_stops_nothing()
    {
        await using var agent = Start(new() { ["WATCHDOG_USEC"] = "200000" });
        await Eventually.IsTrue(() => manager.Told.Contains("READY=1"), "it says that it is ready");
        manager.Dispose();
        (await kiosk.RunAsync("sell", KioskMachine.Milk)).Succeeds();
        Assert.That(await agent.StopAsync(), Is.Zero);
    }

    ProductProcess Start(Dictionary<string, string?> environment)
    {
        environment["NOTIFY_SOCKET"] = manager.Path;
        return ProductProcess.Start(ProductExecutables.EdgeRetail, ["run", "--kiosk-port", "0", "--json", "--data", kiosk.Data], environment);
    }
}
