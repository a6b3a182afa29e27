using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

sealed class VoidTests : AgentFixture
{
    static readonly CommandId Once = new(new Guid("cccccccc-0000-4000-8000-000000000001"));

    ReceiptNumber sold = null!;

    [SetUp]
    public void Sold()
    {
        LoadCatalogue();
        sold = Sell(new SaleDraftLine(Milk, Quantity.Each(3), Amount: Eur(100)), new SaleDraftLine(Bread, Quantity.Each(1)), new SaleDraftLine(Milk, Quantity.Each(1))).Receipt!;
    }

    [Test]
    public void A_voided_sale_gives_its_goods_and_its_money_back_and_says_so()
    {
        var recorded = Recorded(Void());
        Assert.That(recorded.Receipt, Is.Null, "it has no receipt number of its own");
        var voided = (SaleVoided)Entries[^1];
        var receipt = Agent.Queries.Receipt(sold)!;
        Assert.That((voided.Sale, voided.SaleReceipt, voided.Total, voided.Reason, voided.Approver), Is.EqualTo((receipt.Entry, sold, receipt.Total, "wrong basket", "eve")));
        Assert.That(voided.Lines.Select(line => (line.Product, line.Quantity, line.Amount)), Is.EqualTo(receipt.Lines.Select(line => (line.Product, line.Quantity, line.Amount))));
        Assert.That(voided.Tenders, Is.EqualTo(receipt.Tenders));
        Assert.That((receipt.Voided?.Entry, receipt.Voided?.Actor, receipt.Voided?.Reason, receipt.Voided?.Approver), Is.EqualTo((recorded.Entry, "bob", "wrong basket", "eve")));
        Assert.That(Agent.Queries.Stock(null, 10).Figures.Select(figure => figure.OnHandThousandths), Has.All.Zero);
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(2), "no number was used up");
        Assert.That(Agent.Queries.AtRisk(untilDurable: false).Taken, Is.EqualTo(Eur(129)), "of the voided sale nothing is in the drawer");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_same_command_voids_once_and_another_is_told()
    {
        var first = Recorded(Void(Once));
        Assert.That(Recorded(Void(Once)), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Refused(Void()).Code, Is.EqualTo("SALE_VOIDED"));
        Assert.That(Entries.OfType<SaleVoided>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Nothing_of_a_voided_sale_can_be_refunded()
    {
        Recorded(Void());
        Assert.That(Refused(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(default, Quantity.Each(1), sold, 1)], "", TenderKind.Cash))).Code, Is.EqualTo("SALE_VOIDED"));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_sale_that_was_refunded_in_part_is_not_voided()
    {
        Recorded(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(default, Quantity.Each(1), sold, 2)], "", TenderKind.Cash)));
        var refused = Refused(Void());
        Assert.That((refused.Code, refused.Message, refused.NextStep), Is.EqualTo(("SALE_REFUNDED", $"Of the sale of receipt {sold}, line 2 was refunded already; a void takes back all of it.", "Refund the lines that are left.")));
        Assert.That(Entries.OfType<SaleVoided>(), Is.Empty);
    }

    [Test]
    public void What_this_device_did_not_sell_is_not_voided()
    {
        var refund = Recorded(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(Milk, Quantity.Each(1))], "sour", TenderKind.Cash))).Receipt!;
        foreach (var receipt in new[] { new("T1", "1", 99), new("T1", "2", 1), new("T2", "1", 1), refund })
            Assert.That(Refused(Agent.Commands.Execute(new VoidSale(null, "bob", receipt, "wrong", ""))).Code, Is.EqualTo("RECEIPT_NOT_FOUND"), $"{receipt}");
    }

    [Test]
    public void A_sale_of_the_store_before_a_move_is_not_voided_in_the_next()
    {
        Tamper("UPDATE identity SET store_id = 2");
        Reopen();
        Assert.That(Refused(Void()).Code, Is.EqualTo("SALE_OF_OTHER_STORE"));
    }

    [TestCase("", "", "VOID_REASON_MISSING")]
    [TestCase("  ", "", "VOID_REASON_MISSING")]
    [TestCase("half\0", "", "TEXT_INVALID")]
    [TestCase("wrong", "e\0ve", "TEXT_INVALID")]
    public void What_is_typed_is_judged(string reason, string approver, string code)
    {
        var refused = Refused(Agent.Commands.Execute(new VoidSale(null, "bob", sold, reason, approver)));
        Assert.That((refused.Code, refused.NextStep.Length > 0), Is.EqualTo((code, true)));
        Assert.That(Entries.OfType<SaleVoided>(), Is.Empty);
        Assert.That(Scalar("SELECT count(*) FROM voided"), Is.Zero);
    }

    CommandResult Void(CommandId? command = null) => Agent.Commands.Execute(new VoidSale(command, "bob", sold, "wrong basket", "eve"));
}
