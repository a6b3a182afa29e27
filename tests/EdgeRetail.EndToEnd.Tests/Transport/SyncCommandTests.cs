using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Transport;

/// <summary><c>edgeretail sync</c> means the same whether it opens the ledger itself or asks the agent that runs.</summary>
public sealed class SyncCommandTests
{
    [Test]
    public async Task It_ends_when_what_the_cloud_had_is_there([Values] bool throughTheRunningAgent)
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync(start: false);
        // Nothing is to be sent, so that only the catalogue can be waited for, and it is on its way for a while.
        kiosk.Link.Delay = TimeSpan.FromMilliseconds(300);
        if (throughTheRunningAgent) await kiosk.StartAsync();
        var synced = (await kiosk.RunAsync("sync")).AssertOk();
        Assert.That(synced.Json.GetProperty("catalogue").GetProperty("products").GetInt64(), Is.EqualTo(Goods.Codes.Count));

        kiosk.Link.Delay = TimeSpan.Zero;
        if (!kiosk.IsRunning) await kiosk.StartAsync();
        await kiosk.SellAsync(3, new(1));
        await shop.DrainAsync();
        await shop.CheckAsync();
    }
}
