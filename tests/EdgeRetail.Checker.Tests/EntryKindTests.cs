using EdgeRetail.Checker.Reporting;
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
