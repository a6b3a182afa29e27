using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.Restored;

/// <summary>The cloud's database is put back to an older copy of itself, on the same server: nothing but its content tells.</summary>
public sealed class CloudSetBackTests
{
    [Test]
    public async Task A_cloud_set_back_has_everything_again_and_every_cache_is_read_anew_while_selling_goes_on()
    {
        await using var shop = await Shop.OpenAsync();
        var first = await shop.AddKioskAsync();
        var second = await shop.AddKioskAsync();
        await first.ReceiveAsync([.. Goods.Codes.Take(20).Select(code => (code, 100))]);
        await first.SellAsync(10, new(1));
        await second.SellAsync(10, new(2));
        await shop.DrainAsync();

        await using var copy = await DatabaseCopy.TakeAsync(shop);
        await first.SellAsync(15, new(3));
        await second.SellAsync(15, new(4));
        await shop.DrainAsync();

        await shop.Replica.Process.StopAsync();
        await copy.PutBackAsync();
        shop.History.CloudSetBack();
        await using var customers = new Customers(second, seed: 5);
        await using (await copy.HoldStoreAsync(first.Store))
        {
            // Nothing can be taken in meanwhile, so that there is time to look.
            await shop.Replica.StartAsync();
            await first.HurryUntilAsync(shop.ShowAsync(first, "REWINDING"));
            await shop.ShowAsync(first, "REWINDING");
            await shop.ShowAsync(first, "RESYNCING");
        }

        foreach (var kiosk in shop.Kiosks)
        {
            await kiosk.HurryUntilAsync(Eventually.IsTrue(() => kiosk.Ledger.Scalar<long>("select stock_generation from identity") > 1, $"{kiosk.Code} reads its stock anew"));
            Assert.That(kiosk.Ledger.Scalar<long>("select stock_generation from identity"), Is.GreaterThan(1));
        }

        Assert.That(await customers.StopAsync(), Is.Positive, "selling went on");
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(1 + 20 + 30 + customers.Served));
        foreach (var kiosk in shop.Kiosks)
        {
            foreach (var code in Goods.Codes.Take(20)) Assert.That(await kiosk.OnHandAsync(code), Is.EqualTo(await shop.StockAsync(kiosk.Store, code)), $"{kiosk.Code} shows {code}");
            await Eventually.Holds(() => kiosk.Ledger.Scalar<long>("select count(distinct generation) from cache_stock"), count => count == 1, "what was shown before is cleared away");
        }

    }

    [Test]
    public async Task A_device_enrolled_after_the_point_that_the_cloud_was_set_back_to_comes_back_with_all_that_it_recorded()
    {
        await using var shop = await Shop.OpenAsync();
        var first = await shop.AddKioskAsync();
        await first.SellAsync(5, new(1));
        await shop.DrainAsync();
        await using var copy = await DatabaseCopy.TakeAsync(shop);
        var later = await shop.AddKioskAsync();
        await later.ReceiveAsync((Goods.Codes[0], 100));
        await later.SellAsync(12, new(2));
        await shop.DrainAsync();
        var id = await shop.LongAsync("select device_id from device where device_code = $1", later.Code);
        await shop.Replica.Process.StopAsync();
        await copy.PutBackAsync();
        await shop.Replica.StartAsync();

        // Between two tries the device says what to do; while it tries it says that.
        await Eventually.Holds(
            async () =>
            {
                var sync = (await later.StatusAsync()).GetProperty("sync");
                await later.NudgeAsync();
                return sync;
            },
            sync => sync.GetProperty("lastErrorCode").GetString() == "DEVICE_TOKEN_UNKNOWN" && sync.GetProperty("nextStep").GetString()?.Contains("cloud-sync device add --device-id ID", StringComparison.Ordinal) == true,
            "the cloud does not know it any more, and what to do is said");
        await later.SellAsync(3, new(3));
        await later.StopAsync();

        await shop.ComeBackAsync(later, id);
        await later.StartAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(5 + 1 + 12 + 3));
        Assert.That(await shop.LongAsync("select device_id from device where device_code = $1", later.Code), Is.EqualTo(id));
        Assert.That(await shop.LongAsync("select count(*) from journal where quarantine_code is not null"), Is.Zero);
        Assert.That(await later.OnHandAsync(Goods.Codes[0]), Is.EqualTo(await shop.StockAsync(later.Store, Goods.Codes[0])));
    }

    [Test]
    public async Task A_row_of_the_cache_that_rotted_is_noticed_and_corrected()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.ReceiveAsync((Goods.Codes[0], 100), (Goods.Codes[1], 50));
        await kiosk.SellAsync(10, new(1));
        await shop.DrainAsync();
        await kiosk.StopAsync();
        kiosk.Ledger.Write(write => write("update cache_stock set on_hand = on_hand + 5000 where product = $product", [("$product", Goods.Canonical(Goods.Codes[1]))]));

        await kiosk.StartAsync();
        var right = await shop.StockAsync(kiosk.Store, Goods.Codes[1]);
        await Eventually.Holds(() => kiosk.OnHandAsync(Goods.Codes[1]), shown => shown == right, "the row is the cloud's again");
        Assert.That((await kiosk.StatusAsync()).GetProperty("cacheDriftCount").GetInt64(), Is.EqualTo(1), "and somebody can see that it was not");
        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    /// <summary>
    /// A cloud published entries as durable, the device let them go, and the cloud is put back to before them all the same: its
    /// archive is lost as well. Nothing brings them back, so everybody has to know which they are.
    /// </summary>
    [Test]
    public async Task What_the_cloud_lost_and_the_device_keeps_no_longer_is_named_to_everybody()
    {
        const int Old = 30;
        await using var shop = await Shop.OpenAsync();
        var clock = await WallClock.MakeAsync(shop.Folder);
        clock.Set(TimeSpan.FromDays(-9));
        var kiosk = await shop.AddKioskAsync(start: false, clock: clock);
        await using var copy = await DatabaseCopy.TakeAsync(shop);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        var old = new List<Guid>();
        for (var sale = 0; sale < Old; sale++) old.Add((await kiosk.SellUnknownAsync(Goods.Codes[sale])).Entry);
        await kiosk.StopAsync();
        clock.Set(TimeSpan.Zero);
        await shop.DrainAsync();
        await shop.ExecuteAsync("update stream set durable_through = applied_through");
        await kiosk.SellAsync(5, new(1));
        await shop.DrainAsync();
        await kiosk.StopAsync();
        await kiosk.StartAsync();
        await Eventually.Holds(() => kiosk.Ledger.Scalar<long>("select pruned_through from retention"), through => through == Old, "the device lets go what is old and durable");

        await shop.Replica.Process.StopAsync();
        await copy.PutBackAsync();
        shop.History.CloudSetBack();
        shop.History.MayLose(kiosk.Code, "archive lost", old);
        await shop.Replica.StartAsync();
        await kiosk.HurryUntilAsync(shop.ShowAsync(kiosk, "CLOUD_LOST_DURABLE"));
        await shop.ShowAsync(kiosk, "CLOUD_LOST_DURABLE");
        await kiosk.SellAsync(5, new(2));
        await shop.DrainAsync();
        var report = await shop.JudgeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(5 + 5), "everything that any disk still has");
            Assert.That(await shop.LongAsync("select count(*) from stream where hole_first = 1 and hole_last = $1", (long)Old), Is.EqualTo(1), "and what none has is on record");
            Assert.That(
                report.Invariants.Where(invariant => invariant.Holds == false).Select(invariant => invariant.Id), Is.SupersetOf(new[] { "S6", "S8", "S24" }).And.SubsetOf(new[] { "S6", "S8", "S21", "S24" }),
                "the checker does not hide a promise that was broken: acknowledged, durable, the device's own figures, receipt numbers");
            Assert.That((report.Figures.Lost, report.Figures.Duplicated), Is.EqualTo((0, 0)), "of what no fault took");
        }
    }

    /// <summary>A copy of the cloud's database as it stood while the replica was stopped for a moment.</summary>
    sealed class DatabaseCopy(Shop shop, string name, string copy) : IAsyncDisposable
    {
        public static async Task<DatabaseCopy> TakeAsync(Shop shop)
        {
            await shop.Replica.Process.StopAsync();
            var name = new NpgsqlConnectionStringBuilder(shop.ConnectionString).Database!;
            var taken = new DatabaseCopy(shop, name, name + "_copy");
            await taken.ExecuteAsync($"create database \"{taken.Copy}\" template \"{name}\"");
            await shop.Replica.StartAsync();
            return taken;
        }

        string Copy => copy;

        /// <summary>What was committed since is gone; the replica must not run.</summary>
        public async Task PutBackAsync()
        {
            await ExecuteAsync($"drop database \"{name}\" with (force)");
            await ExecuteAsync($"create database \"{name}\" template \"{copy}\"");
        }

        /// <summary>Has the head of a store until it is disposed: no batch of it can be merged.</summary>
        public async Task<IAsyncDisposable> HoldStoreAsync(int store)
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            _ = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select version from store_head where store_id = $1 for update", connection) { Parameters = { new() { Value = store } } };
            await hold.ExecuteNonQueryAsync();
            return connection;
        }

        public async ValueTask DisposeAsync() => await ExecuteAsync($"drop database if exists \"{copy}\"");

        async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
            await connection.OpenAsync();
#pragma warning disable CA2100 // Names of the test's own.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }
}
