using EdgeRetail.Checker.Reporting;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.TestKit;

namespace EdgeRetail.Checker.Tests;

/// <summary>The checker reads each kind with its own reader: what the kind does to stock, and what its figures have to keep.</summary>
sealed class EntryKindTests : HandMadeFixture
{
    [Test]
    public async Task Waste_comes_off_on_hand() => Assert.That((await CheckAsync(shops => shops.T2.Waste(HandMadeCatalogue.Milk, 2))).Broken, Is.Empty);

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Waste_of_nothing_breaks_S19(int count) => await BreaksAsync("S19", shops => shops.T2.Waste(HandMadeCatalogue.Milk, count));

    [Test]
    public async Task A_void_gives_its_lines_back_and_takes_no_receipt_number()
    {
        var report = await CheckAsync(shops =>
        {
            shops.T2.Void(1);
            shops.T2.Sell((HandMadeCatalogue.Milk, 1, 109));
        });
        Assert.That(report.Broken, Is.Empty, Text(report));
    }

    [Test]
    public async Task A_void_whose_lines_do_not_sum_breaks_S19() => await BreaksAsync("S19", shops => shops.T2.Void(1, offBy: 1));

    [Test]
    public async Task A_close_that_counts_what_the_journal_has_is_rightly_certified()
    {
        var report = await CheckAsync(shops =>
        {
            shops.T2.Close();
            shops.T2.Sell((HandMadeCatalogue.Milk, 1, 109));
            shops.T1.Close();
        });
        Assert.That(report.Broken, Is.Empty, Text(report));
        Assert.That(report["S21"].Detail, Does.Contain("2 certified closes"));
    }

    [Test]
    public async Task A_certified_close_of_more_entries_breaks_S21() => await BreaksAsync("S21", shops => shops.T2.Close(figures => figures with { EntryCount = figures.EntryCount + 1 }));

    [Test]
    public async Task A_certified_close_of_other_entries_breaks_S21() => await BreaksAsync("S21", shops => shops.T2.Close(figures => figures with { Digest = DayDigest.Start }));

    [Test]
    public async Task A_certified_close_of_other_receipts_breaks_S21() =>
        await BreaksAsync("S21", shops => shops.T2.Close(figures => figures with { Receipts = [figures.Receipts[0] with { Last = 9 }] }));

    [Test]
    public async Task Taxes_discounts_prices_of_ones_own_packs_and_change_keep_S19_and_move_what_is_within()
    {
        var report = await CheckAsync(shops => Sell(shops, line => line));
        Assert.That(report.Broken, Is.Empty, Text(report));
    }

    [TestCase("tax by a cent")]
    [TestCase("tax of another rounding")]
    [TestCase("tax that was not added")]
    [TestCase("rate above all")]
    [TestCase("discount of nothing")]
    [TestCase("old price below 0")]
    [TestCase("pack of another content")]
    [TestCase("pack of itself")]
    public async Task A_line_whose_parts_do_not_agree_breaks_S19(string what) => await BreaksAsync("S19", shops => Sell(shops, line => what switch
    {
        "tax by a cent" => line with { Tax = line.Tax! with { Amount = Eur(232) } },
        "tax of another rounding" => line with { Tax = line.Tax! with { Rate = line.Tax.Rate with { Rounding = TaxRounding.Down } } },
        "tax that was not added" => line with { Tax = line.Tax! with { Rate = line.Tax.Rate with { Inclusive = false } } },
        "rate above all" => line with { Tax = line.Tax! with { Rate = line.Tax.Rate with { Hundredths = 10_001 } } },
        "discount of nothing" => line with { Discount = line.Discount! with { Amount = Eur(0) } },
        "old price below 0" => line with { Override = line.Override! with { OldUnitPrice = Eur(-1) } },
        "pack of another content" => line with { Pack = line.Pack! with { ContentThousandths = 5000 } },
        _ => line with { Pack = line.Pack! with { Product = line.Product } },
    }));

    static void Sell(HandMadeShops shops, Func<SaleLine, SaleLine> change) => shops.T2.Record((header, receipt) => new SaleRecorded(
        header, receipt,
        [
            // 1,441 * 1,900 / 11,900 is 230.07; 1,442 is 230.24, 1,443 230.39, 1,444 230.55.
            change(new(ProductCode.Parse(HandMadeCatalogue.Milk), Quantity.Each(12), Eur(1444), Eur(700))
            {
                Tax = new(new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp), Eur(231)), Discount = new(Eur(36), "dented", ""), Override = new(Eur(740), "label", "eve"),
                Pack = new(ProductCode.Parse("PACK-6"), Quantity.Each(2), 6000),
            }),
            new(ProductCode.Parse(HandMadeCatalogue.Milk), Quantity.Each(1), Eur(107), Eur(100)) { Tax = new(new("R7", 700, Inclusive: false, TaxRounding.HalfEven), Eur(7)) },
        ],
        Eur(1551), [new(TenderKind.Card, Eur(1000)), new(TenderKind.Cash, Eur(600)), new(TenderKind.Cash, Eur(-49))]));

    static Money Eur(long minor) => new(minor, HandMadeDevice.Euro);

    async Task BreaksAsync(string id, Action<HandMadeShops> trade)
    {
        var report = await CheckAsync(trade);
        Assert.That(report.Broken, Is.EqualTo(new[] { id }), Text(report));
    }

    async Task<CheckReport> CheckAsync(Action<HandMadeShops> trade)
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder, trade);
        return await Check.RunAsync(shops.Input);
    }

    static string Text(CheckReport report)
    {
        var text = new StringWriter();
        ReportTable.Write(report, text);
        return text.ToString();
    }
}
