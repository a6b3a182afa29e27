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
}
