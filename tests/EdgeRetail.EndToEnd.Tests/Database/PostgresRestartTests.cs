using EdgeRetail.DevPostgres;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Database;

/// <summary>PostgreSQL goes and comes back while sales go on.</summary>
public sealed class PostgresRestartTests
{
    /// <summary>Fast: an operator restarts it. Immediate: it is stopped without a checkpoint and recovers.</summary>
    [Test]
    public async Task A_database_restarted_under_load_loses_nothing([Values] StopMode mode)
    {
        await using var shop = await Shop.OpenAsync(replicas: 2);
        var first = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var second = await shop.AddKioskAsync(at: shop.Replicas[1]);
        await using var atFirst = new Customers(first, 1);
        await using var atSecond = new Customers(second, 2);
        for (var restart = 0; restart < 3; restart++)
        {
            var stored = await shop.JournalCountAsync();
            await shop.HurriedAsync(async () => await shop.JournalCountAsync() > stored, "sales arrive before the next restart");
            await Surroundings.Postgres.Server.RestartAsync(mode);
        }

        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
        Assert.That(shop.Replicas.Select(replica => replica.Process.HasExited), Is.All.False, "replicas outlive their database");
    }

    [Test]
    public async Task A_database_killed_under_load_loses_nothing([ValueSource(nameof(KillSeeds))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await using var customers = new Customers(kiosk, seed);
        for (var kill = 0; kill < 3; kill++)
        {
            var stored = await shop.JournalCountAsync();
            await shop.HurriedAsync(async () => await shop.JournalCountAsync() > stored, "sales arrive before the next kill");
            await random.WaitAsync(TimeSpan.FromMilliseconds(50));
            UnixProcess.Kill(Surroundings.Postgres.Server.PostmasterPid);
            await Eventually.IsTrue(() => !UnixProcess.Runs(Surroundings.Postgres.Server.PostmasterPid), "the postmaster is gone");
            await Surroundings.Postgres.Server.StartAgainAsync();
        }

        await customers.StopAsync();
        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    [Test]
    public async Task While_the_database_is_down_the_replica_says_so_and_the_device_names_the_reason()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(5, new(1));
        await shop.DrainAsync();
        await Surroundings.Postgres.Server.StopAsync();
        try
        {
            await kiosk.SellAsync(5, new(2));
            await Eventually.Holds(
                async () => (await kiosk.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString(),
                code => code == "DATABASE_UNAVAILABLE",
                "the device names what is down");
            var (live, _) = await shop.Replica.GetAsync("/healthz/live");
            var (ready, problem) = await shop.Replica.GetAsync("/healthz/ready");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(live, Is.EqualTo(200));
                Assert.That(ready, Is.EqualTo(503));
                Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("DATABASE_UNREACHABLE"));
            }
        }
        finally
        {
            await Surroundings.Postgres.Server.StartAgainAsync();
        }

        await shop.DrainAsync(byItself: true);
        await shop.CheckAsync();
    }

    static IEnumerable<int> KillSeeds => Seeds.Of(2);
}
