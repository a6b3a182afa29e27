using System.Text.Json;

namespace EdgeRetail.CloudSync.Tests.Operations.Api;

/// <summary>Each kind of entry from a device's session through the merge to what operators see of it.</summary>
public sealed class EntryKindTests
{
    ShopHistory history = null!;
    OperatorsSite site = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        history = await ShopHistory.MakeAsync();
        site = await OperatorsSite.StartAsync(history.Shop.ConnectionString);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await site.DisposeAsync();
        await history.DisposeAsync();
    }

    [Test]
    public async Task Waste_comes_off_the_stock_and_says_why()
    {
        var before = await OnHandAsync(ShopHistory.Soap);
        var waste = history.First.Waste(ShopHistory.Soap, 2.5m);
        await history.SendAsync(history.First);

        var entry = await site.GetAsync($"/api/v1/entries/{waste.Id}");
        Assert.That((entry.GetProperty("kind").GetString(), entry.GetProperty("disposition").GetString()), Is.EqualTo(("StockWasted", "merged")));
        var content = entry.GetProperty("content");
        Assert.That((content.GetProperty("reason").GetString(), content.GetProperty("note").GetString()), Is.EqualTo(("OwnUse", "for the tasting")));
        Assert.That(content.GetProperty("lines")[0].GetProperty("quantity").GetDecimal(), Is.EqualTo(2.5m));
        Assert.That(Effects(entry), Is.EqualTo(new[] { (ShopHistory.Soap, -2.5m, before - 2.5m) }));
        Assert.That(await OnHandAsync(ShopHistory.Soap), Is.EqualTo(before - 2.5m));
        await JournalProof.HoldsAsync(history.Shop);

        var page = await site.Client.GetStringAsync($"/entries/{waste.Id}");
        Assert.That(page, Does.Contain("Stock wasted").And.Contain("Own use").And.Contain("for the tasting"));
    }

    [Test]
    public async Task Waste_that_breaks_a_rule_is_quarantined_and_moves_nothing()
    {
        var before = await OnHandAsync(ShopHistory.Soap);
        var waste = history.First.Waste(ShopHistory.Soap, -1);
        await history.SendAsync(history.First);

        var entry = await site.GetAsync($"/api/v1/entries/{waste.Id}");
        Assert.That(entry.GetProperty("quarantine").GetProperty("code").GetString(), Is.EqualTo("QUANTITY_NOT_POSITIVE"));
        Assert.That(await OnHandAsync(ShopHistory.Soap), Is.EqualTo(before));
    }

    async Task<decimal> OnHandAsync(string product) => await history.Shop.ScalarAsync<long>($"select on_hand from stock where store_id = 1 and product like '%{product}'") / 1000m;

    static (string?, decimal, decimal)[] Effects(JsonElement entry) =>
        [.. entry.GetProperty("effects").EnumerateArray().Select(effect => (effect.GetProperty("code").GetString(), effect.GetProperty("delta").GetDecimal(), effect.GetProperty("onHand").GetDecimal()))];
}
