using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Offline;

public sealed class ThreeDaysOfflineTests
{
    const int HoursBetween = 6;
    const int SalesEach = 770;
    const int Sales = (72 / HoursBetween + 1) * SalesEach;

    /// <summary>
    /// Three days of a kiosk that has never seen the cloud: it has no catalogue, and sells all the same. It is switched off every
    /// night. When the network is there nobody touches it.
    /// </summary>
    [Test]
    public async Task Ten_thousand_sales_of_three_days_offline_arrive_once_in_order_and_on_their_days()
    {
        await using var shop = await Shop.OpenAsync();
        var clock = await WallClock.MakeAsync(shop.Folder);
        clock.Set(TimeSpan.FromDays(-3));
        var kiosk = await shop.AddKioskAsync(start: false, clock: clock);
        var other = await shop.AddKioskAsync();
        kiosk.Link.Refuse();
        var random = new Random(1);
        for (var hours = -72; hours <= 0; hours += HoursBetween)
        {
            clock.Set(TimeSpan.FromHours(hours));
            if (!kiosk.IsRunning) await kiosk.StartAsync();
            await kiosk.SellUnknownAsync(SalesEach, random);
            if (hours % 24 == 0) await kiosk.StopAsync();
        }

        await kiosk.StartAsync();
        Assert.That((await kiosk.StatusAsync()).GetProperty("outbox").GetProperty("count").GetInt64(), Is.EqualTo(Sales), "all of them wait");
        await other.SellAsync(20, new(2));
        await shop.DrainAsync(TimeSpan.FromSeconds(150), byItself: true);
        await shop.CheckAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await shop.JournalCountAsync(), Is.EqualTo(Sales + 20));
            Assert.That(await shop.LongAsync("select count(distinct business_date) from journal"), Is.EqualTo(4).Or.EqualTo(5), "each sale on its own day");
            Assert.That(
                await shop.LongAsync("select ((max(effective_time) >> 16) - (min(effective_time) >> 16)) / 3600000 from journal"), Is.InRange(71, 73), "three days between the first and the last");
        }
    }
}
