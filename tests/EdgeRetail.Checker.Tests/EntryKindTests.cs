using EdgeRetail.Checker.Reporting;
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
