using System.Text.Json;
using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Counting;

/// <summary>One kiosk counts while another sells, both without the network, and they come back in either order.</summary>
public sealed class CountWhileSellingTests
{
    static readonly string Product = Goods.Codes[0];
    static readonly string Other = Goods.Codes[1];

    [Test]
    public async Task A_count_and_sales_before_and_after_it_give_one_figure_whoever_comes_back_first([Values] bool counterFirst)
    {
        await using var shop = await Shop.OpenAsync();
        var counter = await shop.AddKioskAsync();
        var till = await shop.AddKioskAsync();
        await till.ReceiveAsync((Product, 50), (Other, 9));
        await shop.DrainAsync();
        counter.Link.Refuse();
        till.Link.Refuse();

        await till.SellAsync(Product, 2_000);
        await counter.CountAsync((Product, 40));
        Assert.That(await counter.OnHandAsync(Product), Is.EqualTo(40_000), "what was counted is shown at once");
        await till.SellAsync(Product, 3_000);
        await counter.SellAsync(Product, 1_000);
        Assert.That((await counter.OnHandAsync(Product), await till.OnHandAsync(Product)), Is.EqualTo((39_000L, 45_000L)));

        var (first, second) = counterFirst ? (counter, till) : (till, counter);
        first.Link.Heal();
        await first.HurryUntilAsync(SentAsync(first));
        Assert.That(await counter.OnHandAsync(Product), Is.EqualTo(39_000), "the counter shows its count less its sale, also where it has not heard of the others");
        second.Link.Heal();
        await shop.DrainAsync();

        Assert.That(await shop.StockAsync(1, Product), Is.EqualTo(36_000), "40 counted, 3 and 1 sold after it; the 2 before it were seen");
        Assert.That((await counter.OnHandAsync(Product), await till.OnHandAsync(Product)), Is.EqualTo((36_000L, 36_000L)));
        Assert.That(await shop.StockAsync(1, Other), Is.EqualTo(9_000));
        await shop.CheckAsync();
        (await shop.Cloud.RunAsync("verify")).AssertOk();
        await ExplainsAsync(shop, counter);
    }

    [Test]
    public async Task Counts_of_two_kiosks_give_the_later_one_and_a_ledger_that_is_put_back_counts_it_once()
    {
        await using var shop = await Shop.OpenAsync();
        var (one, two) = (await shop.AddKioskAsync(), await shop.AddKioskAsync());
        one.Link.Refuse();
        two.Link.Refuse();
        await one.CountAsync((Product, 30));
        await two.CountAsync((Product, 20));
        await one.SellAsync(Product, 1_000);
        await two.StopAsync();
        two.CopyTo(shop["image"]);
        await two.StartAsync();
        two.Link.Heal();
        await two.HurryUntilAsync(SentAsync(two));
        await two.StopAsync();
        two.RestoreFrom(shop["image"]);
        await shop.DrainAsync();
        Assert.That(await shop.StockAsync(1, Product), Is.EqualTo(19_000));
        Assert.That((await one.OnHandAsync(Product), await two.OnHandAsync(Product)), Is.EqualTo((19_000L, 19_000L)));
        await shop.CheckAsync();
    }

    static async Task ExplainsAsync(Shop shop, Kiosk kiosk)
    {
        var cloud = (await shop.Cloud.RunAsync("explain", "--store", "1", "--product", Product)).AssertOk().Json;
        Assert.That(Figure(cloud, "onHand"), Is.EqualTo(36));
        Assert.That(cloud.GetProperty("count").GetProperty("counted").GetDecimal() + Figure(cloud, "movedBeforeItsArrival") + Figure(cloud, "movedSince"), Is.EqualTo(36));
        Assert.That(cloud.GetProperty("entries").GetArrayLength(), Is.EqualTo(5));

        kiosk.Link.Refuse();
        await kiosk.SellAsync(Product, 2_000);
        await kiosk.CountAsync((Product, 33));
        var device = (await kiosk.RunAsync("explain", Product)).AssertOk().Json;
        Assert.That(device.GetProperty("cloudThousandths").GetInt64() + device.GetProperty("pending").EnumerateArray().Sum(entry => entry.GetProperty("adjustmentThousandths").GetInt64()), Is.EqualTo(33_000));
        Assert.That(device.GetProperty("onHandThousandths").GetInt64(), Is.EqualTo(33_000));
    }

    static decimal Figure(JsonElement document, string name) => document.GetProperty(name).GetDecimal();

    static async Task SentAsync(Kiosk kiosk)
    {
        while ((await kiosk.StatusAsync()) is var status && (status.GetProperty("outbox").GetProperty("count").GetInt64() > 0 || status.GetProperty("pendingCount").GetInt64() > 0)) await Task.Delay(50);
    }
}
