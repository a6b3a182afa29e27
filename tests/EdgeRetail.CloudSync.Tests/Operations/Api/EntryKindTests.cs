using System.Text.Json;
using EdgeRetail.Contracts.Wire;

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

    [Test]
    public async Task A_void_gives_back_what_its_own_lines_say_and_names_the_sale()
    {
        var (pens, soap) = (await OnHandAsync(ShopHistory.Pen), await OnHandAsync(ShopHistory.Soap));
        var voided = history.First.Void(history.Sale, (ShopHistory.Pen, 3, 360), (ShopHistory.Soap, 1, 249));
        await history.SendAsync(history.First);

        var entry = await site.GetAsync($"/api/v1/entries/{voided.Id}");
        Assert.That((entry.GetProperty("kind").GetString(), entry.GetProperty("disposition").GetString()), Is.EqualTo(("SaleVoided", "merged")));
        var content = entry.GetProperty("content");
        Assert.That(
            (content.GetProperty("voidedEntryId").GetGuid(), content.GetProperty("voidedReceipt").GetString(), content.GetProperty("reason").GetString(), content.GetProperty("approver").GetString()),
            Is.EqualTo((history.Sale.Id.Value, "T1-1-000001", "wrong basket", "eve")));
        Assert.That(content.GetProperty("receipt").ValueKind, Is.EqualTo(JsonValueKind.Null), "it has none of its own");
        Assert.That(content.GetProperty("total").GetProperty("minor").GetInt64(), Is.EqualTo(609));
        Assert.That(Effects(entry), Is.EqualTo(new[] { (ShopHistory.Pen, 3m, pens + 3), (ShopHistory.Soap, 1m, soap + 1) }));
        await JournalProof.HoldsAsync(history.Shop);

        var page = await site.Client.GetStringAsync($"/entries/{voided.Id}");
        Assert.That(page, Does.Contain("Sale voided").And.Contain("Takes back").And.Contain($"/entries/{history.Sale.Id}").And.Contain("Approved by"));
    }

    [Test]
    public async Task A_void_before_its_sale_and_a_second_one_move_what_they_say_and_both_can_be_seen()
    {
        var before = await OnHandAsync(ShopHistory.Soap);
        var notSeenYet = new EncodedEntry(new(new Guid("019782c3-0000-8abc-8def-0123456789ab")), new byte[1], history.Sale.Hash);
        var (first, second) = (history.First.Void(notSeenYet, (ShopHistory.Soap, 1, 249)), history.First.Void(notSeenYet, (ShopHistory.Soap, 1, 249)));
        await history.SendAsync(history.First);

        foreach (var (voided, onHand) in new[] { (first, before + 1), (second, before + 2) })
        {
            var entry = await site.GetAsync($"/api/v1/entries/{voided.Id}");
            Assert.That(entry.GetProperty("content").GetProperty("voidedEntryId").GetGuid(), Is.EqualTo(notSeenYet.Id.Value));
            Assert.That(Effects(entry), Is.EqualTo(new[] { (ShopHistory.Soap, 1m, onHand) }));
        }

        await JournalProof.HoldsAsync(history.Shop);
    }

    [Test]
    public async Task A_sale_shows_packs_taxes_discounts_prices_and_change_and_moves_what_is_within()
    {
        var (pens, soap) = (await OnHandAsync(ShopHistory.Pen), await OnHandAsync(ShopHistory.Soap));
        var sale = history.First.SellPacks(ShopHistory.Pen, ShopHistory.Soap);
        await history.SendAsync(history.First);

        var entry = await site.GetAsync($"/api/v1/entries/{sale.Id}");
        Assert.That(entry.GetProperty("disposition").GetString(), Is.EqualTo("merged"), entry.ToString());
        var lines = entry.GetProperty("content").GetProperty("lines");
        Assert.That(lines[0].GetProperty("quantity").GetDecimal(), Is.EqualTo(12m));
        Assert.That(lines[0].GetProperty("pack").ToString(), Is.EqualTo("""{"product":"PACK-6","code":"PACK-6","quantity":2,"unit":"each","content":6}"""));
        Assert.That(lines[0].GetProperty("tax").ToString(), Is.EqualTo("""{"rateId":"DE19","percent":19,"inclusive":true,"amount":{"minor":230,"currency":"EUR"},"rounding":"HalfUp"}"""));
        Assert.That(lines[0].GetProperty("discount").ToString(), Is.EqualTo("""{"amount":{"minor":40,"currency":"EUR"},"reason":"dented box","approver":null}"""));
        Assert.That(lines[0].GetProperty("override").ToString(), Is.EqualTo("""{"oldUnitPrice":{"minor":700,"currency":"EUR"},"reason":"shelf label","approver":"eve"}"""));
        Assert.That(lines[1].GetProperty("tax").GetProperty("percent").GetDecimal(), Is.EqualTo(7.25m));
        Assert.That(lines[1].GetProperty("pack").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Effects(entry), Is.EqualTo(new[] { (ShopHistory.Pen, -12m, pens - 12), (ShopHistory.Soap, -1m, soap - 1) }));
        await JournalProof.HoldsAsync(history.Shop);

        var page = await site.Client.GetStringAsync($"/entries/{sale.Id}");
        Assert.That(page, Does.Contain("PACK-6").And.Contain("7.40 EUR in place of 7.00 EUR: shelf label, approved by eve").And.Contain("0.40 EUR taken off: dented box")
            .And.Contain("tax DE19 19 %: 2.30 EUR, in the price").And.Contain("tax US7 7.25 %: 0.18 EUR, added to the price").And.Contain("change 2.93 EUR"));
    }

    async Task<decimal> OnHandAsync(string product) => await history.Shop.ScalarAsync<long>($"select on_hand from stock where store_id = 1 and product like '%{product}'") / 1000m;

    static (string?, decimal, decimal)[] Effects(JsonElement entry) =>
        [.. entry.GetProperty("effects").EnumerateArray().Select(effect => (effect.GetProperty("code").GetString(), effect.GetProperty("delta").GetDecimal(), effect.GetProperty("onHand").GetDecimal()))];
}
