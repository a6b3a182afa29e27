using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>The primary's machine is gone under load, and a standby is promoted.</summary>
public sealed class FailoverTests
{
    [Test]
    public async Task A_synchronous_standby_that_takes_over_has_all_that_was_acknowledged()
    {
        await using var first = await Cluster.OpenAsync();
        await using var second = await FollowedBySynchronousAsync(first);
        await using var way = new TcpProxy(first.Port);
        await using var shop = await Shop.OpenOverAsync(first.ConnectionStringAt(way.Port), replicas: 2, "--durability", "standby", "--durability-every", "1");
        var kiosks = new[] { await shop.AddKioskAsync(at: shop.Replicas[0]), await shop.AddKioskAsync(at: shop.Replicas[1]), await shop.AddKioskAsync(Surroundings.SecondStore, at: shop.Replicas[1]) };
        var customers = kiosks.Select((kiosk, number) => new Customers(kiosk, number, TimeSpan.FromMilliseconds(25))).ToList();

        await TakeOverAsync(first, second);
        await using var third = await FollowedBySynchronousAsync(second);
        await TakeOverAsync(second, third);

        foreach (var queue in customers) await queue.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.LongAsync("select count(*) from stream"), Is.EqualTo(kiosks.Length), "nobody needed a new stream");
        Assert.That(await shop.LongAsync("select timeline from incarnation"), Is.EqualTo(3), "each promotion begins another history");

        async Task TakeOverAsync(Cluster from, Cluster to)
        {
            var stored = await shop.JournalCountAsync();
            await shop.HurriedAsync(
                async () => await shop.JournalCountAsync() > stored + 50 && await shop.LongAsync("select min(durable_through) from stream") > 0, "sales arrive and are durable");
            await from.KillAsync();
            await to.PromoteAsync();
            Tally.Count("failovers to a synchronous standby");
            foreach (var kiosk in kiosks)
            {
                Assert.That(await AppliedAsync(to, kiosk), Is.GreaterThanOrEqualTo(Acknowledged(kiosk)), $"{kiosk.Code} was told nothing that the standby lacks");
            }

            way.TargetPort = to.Port;
            way.Cut();
        }
    }

    [Test]
    public async Task An_asynchronous_standby_that_takes_over_gets_again_what_it_lacked()
    {
        await using var primary = await Cluster.OpenAsync();
        await using var following = new TcpProxy(primary.Port);
        await using var standby = await primary.StandbyAsync(by: following.Port);
        await standby.StartAsync();
        await Eventually.IsTrue(async () => await primary.ScalarAsync<long>("select count(*) from pg_stat_replication where state = 'streaming'") == 1, "the standby follows");
        await using var way = new TcpProxy(primary.Port);
        await using var shop = await Shop.OpenOverAsync(primary.ConnectionStringAt(way.Port), replicas: 2);
        var busy = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var elsewhere = await shop.AddKioskAsync(Surroundings.SecondStore, at: shop.Replicas[1]);
        var idle = await shop.AddKioskAsync(shop.NextStore(), at: shop.Replicas[1]);
        await idle.ReceiveAsync((Goods.Codes[0], 100));
        await shop.DrainAsync();
        await using var atBusy = new Customers(busy, 1, TimeSpan.FromMilliseconds(25));
        await using var atElsewhere = new Customers(elsewhere, 2, TimeSpan.FromMilliseconds(25));

        // From here on the standby hears nothing more, and the primary acknowledges.
        following.Refuse();
        await Eventually.IsTrue(async () => await primary.ScalarAsync<long>("select count(*) from pg_stat_replication") == 0, "the standby is cut off");
        var stored = await shop.JournalCountAsync();
        await idle.SellAsync(5, new(3));
        await shop.HurriedAsync(async () => await shop.JournalCountAsync() > stored + 50 && Acknowledged(idle) == 6, "much is acknowledged that the standby lacks");
        await primary.KillAsync();
        await standby.PromoteAsync();
        shop.History.CloudSetBack();
        Tally.Count("failovers to an asynchronous standby");
        foreach (var kiosk in shop.Kiosks) Assert.That(await AppliedAsync(standby, kiosk), Is.LessThan(Acknowledged(kiosk)), $"{kiosk.Code} was told what the standby lacks");
        way.TargetPort = standby.Port;
        way.Cut();

        await Eventually.Holds(() => shop.JournalCountAsync(idle.Store), count => count == 6, "who has nothing to send notices as well", TimeSpan.FromSeconds(90));
        await AnOldPrimaryComesBackAsync();

        await atBusy.StopAsync();
        await atElsewhere.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.LongAsync("select count(*) from stream"), Is.EqualTo(shop.Kiosks.Count), "they went on in the streams that they had");
        Assert.That(await shop.LongAsync("select timeline from incarnation"), Is.EqualTo(2));

        async Task AnOldPrimaryComesBackAsync()
        {
            await shop.HurriedAsync(async () => await standby.ScalarAsync<int>("select timeline from incarnation") == 2, "the promoted one is known as what it is");
            await primary.StartAsync();
            var before = await primary.ScalarAsync<long>("select count(*) from journal");
            way.TargetPort = primary.Port;
            way.Cut();
            foreach (var kiosk in (Kiosk[])[busy, elsewhere])
            {
                await shop.HurriedAsync(
                    async () => (await kiosk.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString() == "DATABASE_UNAVAILABLE", $"{kiosk.Code} is not served from an old primary");
            }

            Assert.That(await primary.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(before), "nothing is taken into an old primary");
            way.TargetPort = standby.Port;
            way.Cut();
        }
    }

    static async Task<Cluster> FollowedBySynchronousAsync(Cluster primary)
    {
        var standby = await primary.StandbyAsync(by: primary.Port);
        try
        {
            await standby.StartAsync();
            await primary.ExecuteAsync("alter system set synchronous_standby_names = 'standby'");
            await primary.ExecuteAsync("select pg_reload_conf()");
            await Eventually.IsTrue(async () => await primary.ScalarAsync<long>("select count(*) from pg_stat_replication where sync_state = 'sync'") == 1, "the standby is synchronous");
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    static long Acknowledged(Kiosk kiosk) => kiosk.Ledger.Scalar<long>("select acknowledged_through from stream where is_current = 1");

    static Task<long> AppliedAsync(Cluster cluster, Kiosk kiosk) =>
        cluster.ScalarAsync<long>($"select applied_through from stream where stream_id = '{new Guid(kiosk.Ledger.Bytes("select stream_id from stream where is_current = 1")!, bigEndian: true)}'");
}
