using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>The cloud's database goes back in time while devices sell and replicas run: what it forgot comes again, once.</summary>
public sealed class RestoreTests
{
    [Test]
    public async Task A_cloud_restored_to_a_moment_before_has_everything_again()
    {
        var (archive, settings) = await Cluster.ArchiveAsync();
        await using var cluster = await Cluster.OpenAsync(settings);
        await using var way = new TcpProxy(cluster.Port);
        await using var shop = await Shop.OpenOverAsync(cluster.ConnectionStringAt(way.Port), replicas: 2, "--durability", "archive", "--durability-every", "1");
        var busy = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var idle = await shop.AddKioskAsync(Surroundings.SecondStore, at: shop.Replicas[1]);
        await using var backup = await cluster.BackupAsync();
        await idle.ReceiveAsync((Goods.Codes[0], 100));
        await shop.DrainAsync();
        await using var customers = new Customers(busy, 1, TimeSpan.FromMilliseconds(25));

        var moment = await cluster.ScalarAsync<string>("select clock_timestamp()::text");
        var then = await cluster.ScalarAsync<long>("select count(*) from journal");
        await idle.SellAsync(5, new(2));
        await shop.HurriedAsync(async () => await shop.JournalCountAsync() > then + 50 && await shop.JournalCountAsync(idle.Store) == 6, "much is stored after the moment");
        await ArchivedAsync(cluster);
        var acknowledged = await shop.JournalCountAsync();
        await cluster.KillAsync();
        await backup.RestoreAsync(archive, moment);
        shop.History.CloudSetBack();
        Tally.Count("restores to a point in time");
        var restored = await backup.ScalarAsync<long>("select count(*) from journal");
        Assert.That(restored, Is.LessThan(acknowledged - 50), "something was forgotten");
        way.TargetPort = backup.Port;
        way.Cut();

        await HealedAsync(shop, idle, stored: 6);
        await customers.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.LongAsync("select count(*) from stream"), Is.EqualTo(2), "they went on in the streams that they had");
        Assert.That(await shop.LongAsync("select timeline from incarnation"), Is.EqualTo(2), "a restore begins another history");
    }

    /// <summary>
    /// As a machine's snapshot does it: same system identifier, same timeline, and the replicas never stopped. With the mark
    /// that the manual asks for, and when nobody has read the manual.
    /// </summary>
    [Test]
    public async Task A_cloud_whose_files_were_put_back_has_everything_again([Values] bool marked)
    {
        await using var cluster = await Cluster.OpenAsync();
        await using var shop = await Shop.OpenOverAsync(cluster.ConnectionString, replicas: 2);
        var busy = await shop.AddKioskAsync(at: shop.Replicas[0]);
        var idle = await shop.AddKioskAsync(Surroundings.SecondStore, at: shop.Replicas[1]);
        await idle.ReceiveAsync((Goods.Codes[0], 100));
        await busy.SellAsync(20, new(1));
        await shop.DrainAsync();
        await cluster.StopAsync();
        var copy = await cluster.CopyFilesAsync();
        await cluster.StartAsync();

        await using var customers = new Customers(busy, 2, TimeSpan.FromMilliseconds(25));
        await idle.SellAsync(5, new(3));
        await shop.HurriedAsync(async () => await shop.JournalCountAsync() > 80 && await shop.JournalCountAsync(idle.Store) == 6, "much is stored that the copy lacks");
        await cluster.KillAsync();
        await cluster.PutBackAsync(copy);
        shop.History.CloudSetBack();
        await cluster.StartAsync();
        Tally.Count("files of the database put back");
        if (marked) (await shop.Cloud.RunAsync("restore-mark")).AssertOk();

        await HealedAsync(shop, idle, stored: 6);
        await customers.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.LongAsync("select count(*) from stream"), Is.EqualTo(2), "they went on in the streams that they had");
        Assert.That(await shop.LongAsync("select timeline from incarnation"), Is.EqualTo(1), "nothing tells that it was put back");
    }

    /// <summary>Nobody presses anything: who has nothing to send finds out as well.</summary>
    static Task HealedAsync(Shop shop, Kiosk idle, int stored) =>
        Eventually.Holds(() => shop.JournalCountAsync(idle.Store), count => count == stored, "an idle device notices what the cloud forgot", TimeSpan.FromSeconds(90));

    /// <summary>The log up to now is in the archive.</summary>
    static async Task ArchivedAsync(Cluster cluster)
    {
        var segment = await cluster.ScalarAsync<string>("select pg_walfile_name(pg_current_wal_lsn())");
        await cluster.ExecuteAsync("select pg_switch_wal()");
        await Eventually.IsTrue(async () => await cluster.ScalarAsync<bool>($"select coalesce(last_archived_wal >= '{segment}', false) from pg_stat_archiver"), "the log is archived");
    }
}
