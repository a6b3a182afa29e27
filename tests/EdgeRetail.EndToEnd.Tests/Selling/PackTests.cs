using EdgeRetail.EndToEnd.Tests.Harness;

namespace EdgeRetail.EndToEnd.Tests.Selling;

/// <summary>Packs, taxes, discounts and several tenders, from the catalogue's file to the till without network and back to the merged stock.</summary>
public sealed class PackTests
{
    static readonly string Product = Goods.Codes[0];

    [Test]
    public async Task A_pack_of_the_catalogue_sells_what_is_in_it_and_everybody_agrees_what_it_cost()
    {
        await using var shop = await Shop.OpenAsync();
        var (till, other) = (await shop.AddKioskAsync(), await shop.AddKioskAsync());
        var file = shop["packs.csv"];
        await File.WriteAllTextAsync(file, $"""
            gtin,name,price,tax_id,tax_rate,tax_inclusive,pack_of,pack_content
            SIX-1,Six of them,7.00,DE19,19,yes,{Product},6
            ADDED-1,Taxed on top,3.99,US7,7.25,no,,

            """);
        (await shop.Cloud.RunAsync("catalogue", "import", file, "--currency", "EUR")).AssertOk();
        await shop.DrainAsync();
        await till.ReceiveAsync((Product, 38));
        (await other.RunAsync("receive", "SIX-1*2")).AssertOk();
        await shop.DrainAsync();
        Assert.That(await shop.StockAsync(1, Product), Is.EqualTo(50_000), "two packs of six came in");
        till.Link.Refuse();

        var sale = (await till.RunAsync("sell", "SIX-1*2~10%", "ADDED-1", "--reason", "last day", "--tender", "card=5", "--tender", "cash=20")).AssertOk().Json.GetProperty("receiptView");
        Assert.That(sale.GetProperty("totalMinor").GetInt64(), Is.EqualTo(1688));
        Assert.That(sale.GetProperty("lines").EnumerateArray().Select(line => (line.GetProperty("amountMinor").GetInt64(), line.GetProperty("tax").GetProperty("amountMinor").GetInt64())), Is.EqualTo(new[] { (1260L, 201L), (428L, 29L) }));
        Assert.That(sale.GetProperty("tenders").EnumerateArray().Select(tender => tender.GetProperty("amountMinor").GetInt64()), Is.EqualTo(new[] { 500L, 2000, -812 }));
        Assert.That(await till.OnHandAsync(Product), Is.EqualTo(38_000));
        var refund = (await till.RunAsync("refund", "1*1", "--receipt", sale.GetProperty("number").GetString()!)).AssertOk().Json.GetProperty("receiptView");
        Assert.That(refund.GetProperty("totalMinor").GetInt64(), Is.EqualTo(630));

        till.Link.Heal();
        await shop.DrainAsync();
        Assert.That(await shop.StockAsync(1, Product), Is.EqualTo(44_000));
        Assert.That((await till.OnHandAsync(Product), await other.OnHandAsync(Product)), Is.EqualTo((44_000L, 44_000L)));
        await shop.CheckAsync();
        (await shop.Cloud.RunAsync("verify")).AssertOk();
        (await till.RunAsync("verify")).AssertOk();
    }
}
