using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

sealed class RefundTests : AgentFixture
{
    ReceiptNumber sold = null!;

    [SetUp]
    public void Sold()
    {
        LoadCatalogue();
        sold = Sell(new SaleDraftLine(Milk, Quantity.Each(3), Amount: Eur(100)), new SaleDraftLine(Bread, Quantity.Each(1))).Receipt!;
    }

    [Test]
    public void A_sold_line_comes_back_in_parts_that_sum_to_what_was_paid()
    {
        var amounts = Enumerable.Range(0, 3).Select(_ => Refund(new RefundDraftLine(default, Quantity.Each(1), sold, 1)).Total.MinorUnits).ToList();
        Assert.That(amounts, Is.EqualTo(new[] { 33, 33, 34 }));
        var refused = Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), sold, 1)));
        Assert.That(refused.Code, Is.EqualTo("REFUND_EXCEEDS_SOLD"));
        Assert.That(Agent.Queries.Receipt(sold)!.Lines.Select(line => line.Refunded.Thousandths), Is.EqualTo(new[] { 3000, 0 }));
        Assert.That(Agent.Queries.StockOf(Milk).Figures[0].OnHandThousandths, Is.Zero);
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_refund_names_the_sold_line_and_has_a_receipt_number_of_its_own()
    {
        var view = Refund(new RefundDraftLine(Bread, Quantity.Each(1), sold, 2));
        var refund = Entries.OfType<RefundRecorded>().Single();
        Assert.That(view.Receipt.Number, Is.EqualTo(2));
        Assert.That(refund.Lines[0].SaleLine, Is.EqualTo(new SoldLine(Agent.Queries.Receipt(sold)!.Entry, 2)));
        Assert.That(refund.Lines[0].Amount, Is.EqualTo(Eur(349)));
    }

    [Test]
    public void The_same_line_twice_in_one_refund_counts_twice()
    {
        Assert.That(Refused(Execute("", new(Milk, Quantity.Each(2), sold, 1), new(Milk, Quantity.Each(2), sold, 1))).Code, Is.EqualTo("REFUND_EXCEEDS_SOLD"));
        Assert.That(Refund(new(Milk, Quantity.Each(2), sold, 1), new(Milk, Quantity.Each(1), sold, 1)).Total, Is.EqualTo(Eur(100)));
    }

    [Test]
    public void A_given_amount_is_taken_within_what_was_paid()
    {
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), sold, 1, Amount: Eur(101)))).Code, Is.EqualTo("REFUND_EXCEEDS_SOLD"));
        Assert.That(Refund(new RefundDraftLine(Milk, Quantity.Each(1), sold, 1, Amount: Eur(90))).Total, Is.EqualTo(Eur(90)));
        Assert.That(Refund(new RefundDraftLine(Milk, Quantity.Each(2), sold, 1)).Total, Is.EqualTo(Eur(10)));
    }

    [Test]
    public void What_was_not_sold_here_is_refused_with_its_code()
    {
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), new("T1", "1", 99), 1))).Code, Is.EqualTo("RECEIPT_NOT_FOUND"));
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), new("T2", "1", 1), 1))).Code, Is.EqualTo("RECEIPT_NOT_FOUND"));
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), sold, 3))).Code, Is.EqualTo("SOLD_LINE_NOT_FOUND"));
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), sold))).Code, Is.EqualTo("SOLD_LINE_NOT_FOUND"));
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), sold, 2))).Code, Is.EqualTo("SOLD_LINE_NOT_FOUND"));
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(0), sold, 1))).Code, Is.EqualTo("QUANTITY_NOT_POSITIVE"));
        Assert.That(Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_refund_of_a_refunds_receipt_is_refused()
    {
        var back = Refund(new RefundDraftLine(Milk, Quantity.Each(1), sold, 1)).Receipt;
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1), back, 1))).Code, Is.EqualTo("RECEIPT_NOT_FOUND"));
    }

    [Test]
    public void Without_receipt_it_needs_a_reason_and_a_product_that_is_known_or_said_to_be_unknown()
    {
        Assert.That(Refused(Execute("", new RefundDraftLine(Milk, Quantity.Each(1)))).Code, Is.EqualTo("REFUND_REASON_MISSING"));
        Assert.That(Refused(Execute("cancelled", new RefundDraftLine(Code("OTHER-9"), Quantity.Each(1)))).Code, Is.EqualTo("UNKNOWN_PRODUCT"));
        Assert.That(RefundFor("cancelled", new RefundDraftLine(Code("OTHER-9"), Quantity.Each(2), Amount: Eur(500), Description: "vase", Unknown: true)).Total, Is.EqualTo(Eur(500)));
        Assert.That(Agent.Queries.StockOf(Code("OTHER-9")).Figures[0].OnHandThousandths, Is.EqualTo(2000));
    }

    [Test]
    public void However_a_line_is_split_its_refunds_never_pass_what_was_paid() =>
        Gen.Select(Gen.Long[1, 50_000], Gen.Long[0, 1_000_000], Gen.Long[1, 20_000].Array[1, 6]).Sample((quantity, amount, parts) =>
        {
            long leftQuantity = quantity, leftAmount = amount;
            foreach (var wanted in parts)
            {
                var part = Math.Min(wanted, leftQuantity);
                if (part == 0) break;
                var share = LineAmounts.ProRata(amount, quantity, part, leftAmount, leftQuantity);
                Assert.That(share, Is.InRange(0, leftAmount));
                leftQuantity -= part;
                leftAmount -= share;
            }

            Assert.That(LineAmounts.ProRata(amount, quantity, leftQuantity, leftAmount, leftQuantity), Is.EqualTo(leftAmount));
        });

    [Test]
    public void Amounts_round_half_away_from_zero_as_decimals_do() =>
        Gen.Select(Gen.Long[-1_000_000, 1_000_000], Gen.Long[-1_000_000, 1_000_000]).Sample((price, quantity) =>
            LineAmounts.Amount(Eur(price), new(quantity, Unit.Kilogram)).MinorUnits == (long)Math.Round(price * quantity / 1000m, MidpointRounding.AwayFromZero)
            && (quantity == 0 || LineAmounts.UnitPrice(Eur(price), new(quantity, Unit.Kilogram)).MinorUnits == (long)Math.Round(price * 1000m / quantity, MidpointRounding.AwayFromZero)));

    CommandResult Execute(string reason, params RefundDraftLine[] lines) => Agent.Commands.Execute(new RecordRefund(null, "ann", lines, reason, TenderKind.Cash));

    ReceiptView Refund(params RefundDraftLine[] lines) => RefundFor("", lines);

    ReceiptView RefundFor(string reason, params RefundDraftLine[] lines) => Agent.Queries.Receipt(Recorded(Execute(reason, lines)).Receipt!)!;
}
