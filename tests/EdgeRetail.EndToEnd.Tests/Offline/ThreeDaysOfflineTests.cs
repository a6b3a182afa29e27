using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Offline;

public sealed class ThreeDaysOfflineTests
{
    const int Sales = 10_000;

    [Test]
    public async Task Ten_thousand_sales_made_offline_arrive_once_and_in_order()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        var other = await shop.AddKioskAsync();
        kiosk.Link.Refuse();
        var random = new Random(1);
        await kiosk.SellAsync(Sales - 500, random);
        // The agent is switched off and on meanwhile, as every night.
        await kiosk.StopAsync();
        await kiosk.StartAsync();
        await kiosk.SellAsync(500, random);

        var status = await kiosk.StatusAsync();
        Assert.That(status.GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(Sales), "all of them wait");
        await other.SellAsync(20, new(2));
        await shop.DrainAsync(TimeSpan.FromSeconds(90));
        await shop.CheckAsync();
        Assert.That(await shop.JournalCountAsync(), Is.EqualTo(Sales + 20));
    }

    [Test]
    public async Task Three_days_without_a_network_keep_their_days()
    {
        await using var shop = await Shop.OpenAsync();
        var clock = await WallClock.MakeAsync(shop.Folder);
        clock.Set(TimeSpan.FromDays(-3));
        var kiosk = await shop.AddKioskAsync(start: false, clock: clock);
        kiosk.Link.Refuse();
        // A new kiosk that never saw the cloud: it has no catalogue, and sells all the same.
        for (var hours = -72; hours <= 0; hours += 6)
        {
            clock.Set(TimeSpan.FromHours(hours));
            if (!kiosk.IsRunning) await kiosk.StartAsync();
            for (var sale = 0; sale < 8; sale++) await kiosk.SellUnknownAsync(Goods.Codes[sale]);
            // Switched off for the night.
            if (hours % 24 == 0) await kiosk.StopAsync();
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(13 * 8));
            Assert.That(await shop.LongAsync("select count(distinct business_date) from journal"), Is.EqualTo(4).Or.EqualTo(5), "each sale on its own day");
            Assert.That(
                await shop.LongAsync("select ((max(effective_time) >> 16) - (min(effective_time) >> 16)) / 3600000 from journal"), Is.InRange(71, 73), "three days between the first and the last");
        }
    }
}
