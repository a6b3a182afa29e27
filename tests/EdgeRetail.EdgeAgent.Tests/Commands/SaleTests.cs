using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

sealed class SaleTests : AgentFixture
{
    [Test]
    public void A_sale_takes_price_and_version_from_the_catalogue()
    {
        LoadCatalogue();
        var recorded = Sell(new SaleDraftLine(Milk, Quantity.Each(3)), new SaleDraftLine(Code("CHEESE-1"), new(375, Unit.Kilogram)));
        var receipt = Agent.Queries.Receipt(recorded.Receipt!)!;
        Assert.That(recorded.Receipt!.ToString(), Is.EqualTo("T1-1-000001"));
        Assert.That(receipt.Lines.Select(line => line.Amount.MinorUnits), Is.EqualTo(new[] { 387, 750 }));
        Assert.That(receipt.Total, Is.EqualTo(Eur(1137)));
        Assert.That(receipt.Lines[0].Name, Is.EqualTo("Whole milk"));
    }
}
