using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

sealed class SaleTests : AgentFixture
{
    [SetUp]
    public void Catalogue() => LoadCatalogue();

    [Test]
    public void A_sale_takes_price_and_version_from_the_catalogue()
    {
        var recorded = Sell(new SaleDraftLine(Milk, Quantity.Each(3)), new SaleDraftLine(Code("CHEESE-1"), new(375, Unit.Kilogram)));
        var receipt = Agent.Queries.Receipt(recorded.Receipt!)!;
        Assert.That(recorded.Receipt!.ToString(), Is.EqualTo("T1-1-000001"));
        Assert.That(receipt.Lines.Select(line => line.Amount.MinorUnits), Is.EqualTo(new[] { 387, 750 }));
        Assert.That(receipt.Total, Is.EqualTo(Eur(1137)));
        Assert.That(receipt.Lines[0].Name, Is.EqualTo("Whole milk"));
        Assert.That(receipt.Tenders, Is.EqualTo(new[] { new Tender(TenderKind.Cash, Eur(1137)) }));
        Assert.That(receipt.BusinessDate, Is.EqualTo(new DateOnly(2026, 6, 1)));
        var sale = (SaleRecorded)Entries.Single();
        Assert.That(sale.Lines.Select(line => line.PriceVersion), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void A_quantity_without_a_unit_is_taken_in_the_products_unit_and_another_unit_is_refused()
    {
        Sell(new SaleDraftLine(Code("CHEESE-1"), new(500, Unit.Each)));
        Assert.That(((SaleRecorded)Entries.Single()).Lines[0].Quantity, Is.EqualTo(new Quantity(500, Unit.Kilogram)));
        Assert.That(Refused(Sale(new SaleDraftLine(Milk, new(500, Unit.Litre)))).Code, Is.EqualTo("UNIT_MISMATCH"));
    }

    [Test]
    public void An_amount_alone_is_authoritative_and_gives_the_unit_price()
    {
        Sell(new SaleDraftLine(Milk, Quantity.Each(3), Amount: Eur(200)));
        var line = ((SaleRecorded)Entries.Single()).Lines[0];
        Assert.That((line.Amount, line.UnitPrice, line.PriceVersion), Is.EqualTo((Eur(200), Eur(67), 0L)));
    }

    [Test]
    public void A_price_that_the_page_sends_along_is_of_the_catalogues_version_while_it_is_the_catalogues()
    {
        Sell(new SaleDraftLine(Milk, Quantity.Each(2), Eur(129), Eur(258)), new SaleDraftLine(Milk, Quantity.Each(2), Eur(119), Eur(238)), new SaleDraftLine(Milk, Quantity.Each(2), Eur(129), Eur(250)));
        Assert.That(((SaleRecorded)Entries.Single()).Lines.Select(line => line.PriceVersion), Is.EqualTo(new[] { 1, 0, 0 }));
    }

    [Test]
    public void An_unknown_product_is_refused_with_the_hint_and_sold_with_it()
    {
        var code = Code("96385074");
        var refused = Refused(Sale(new SaleDraftLine(code, Quantity.Each(1))));
        Assert.That((refused.Code, refused.NextStep), Is.EqualTo(("UNKNOWN_PRODUCT", "Sell it with --unknown, a description and a price.")));
        Assert.That(Refused(Sale(new SaleDraftLine(code, Quantity.Each(1), Unknown: true, UnitPrice: Eur(50)))).Code, Is.EqualTo("DESCRIPTION_MISSING"));
        Assert.That(Refused(Sale(new SaleDraftLine(code, Quantity.Each(1), Unknown: true, Description: "gum"))).Code, Is.EqualTo("PRICE_MISSING"));
        var recorded = Sell(new SaleDraftLine(code, Quantity.Each(2), Eur(50), Description: "gum", Unknown: true));
        var receipt = Agent.Queries.Receipt(recorded.Receipt!)!;
        Assert.That((receipt.Lines[0].Name, receipt.Lines[0].UnknownProduct, receipt.Total), Is.EqualTo(("gum", true, Eur(100))));
        Assert.That(Agent.Queries.StockOf(code).Figures[0].OnHandThousandths, Is.EqualTo(-2000));
    }

    static readonly string LongText = new('x', ProtocolLimits.TextCharactersMax + 1);

    static IEnumerable<TestCaseData> RefusedSales()
    {
        yield return new("QUANTITY_NOT_POSITIVE", new SaleDraftLine(Milk, Quantity.Each(0)));
        yield return new("QUANTITY_NOT_POSITIVE", new SaleDraftLine(Milk, new(-1, Unit.Each)));
        yield return new("QUANTITY_TOO_LARGE", new SaleDraftLine(Milk, new(ProtocolLimits.LineQuantityThousandthsMax + 1, Unit.Each)));
        yield return new("QUANTITY_TOO_LARGE", new SaleDraftLine(Milk, new(long.MaxValue, Unit.Each), Eur(long.MaxValue)));
        yield return new("QUANTITY_NOT_POSITIVE", new SaleDraftLine(Milk, new(long.MinValue, Unit.Each), Eur(long.MinValue)));
        yield return new("AMOUNT_NEGATIVE", new SaleDraftLine(Milk, Quantity.Each(1), Eur(-1)));
        yield return new("AMOUNT_TOO_LARGE", new SaleDraftLine(Milk, Quantity.Each(1), Eur(ProtocolLimits.AmountMinorMax + 1)));
        yield return new("AMOUNT_TOO_LARGE", new SaleDraftLine(Milk, Quantity.Each(1), Eur(long.MaxValue)));
        yield return new("AMOUNT_TOO_LARGE", new SaleDraftLine(Milk, Quantity.Each(1_000_000), Eur(1_000_000)));
        yield return new("CURRENCY_MIXED", new SaleDraftLine(Milk, Quantity.Each(1), new Money(100, Currency.Parse("USD"))));
        yield return new("PRODUCT_CODE_EMPTY", new SaleDraftLine(default, Quantity.Each(1), Eur(1), Unknown: true, Description: "x"));
        yield return new("TEXT_TOO_LONG", new SaleDraftLine(Milk, Quantity.Each(1), Description: LongText));
        yield return new("TEXT_INVALID", new SaleDraftLine(Milk, Quantity.Each(1), Description: "a\0b"));
        yield return new("TEXT_INVALID", new SaleDraftLine(Milk, Quantity.Each(1), Description: "half \uD83D a character"));
    }

    [TestCaseSource(nameof(RefusedSales))]
    public void A_sale_that_cannot_be_is_refused_and_leaves_nothing(string code, SaleDraftLine line)
    {
        var refused = Refused(Sale(line));
        Assert.That(refused.Code, Is.EqualTo(code), refused.Message);
        Assert.That(refused.NextStep, Is.Not.Empty);
        Assert.That(Entries, Is.Empty);
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(1));
    }

    [Test]
    public void A_sale_without_lines_with_too_many_without_tender_or_with_a_bad_actor_is_refused()
    {
        Assert.That(Refused(Sale()).Code, Is.EqualTo("LINES_MISSING"));
        Assert.That(Refused(Sale([.. Enumerable.Repeat(new SaleDraftLine(Milk, Quantity.Each(1)), 1001)])).Code, Is.EqualTo("TOO_MANY_LINES"));
        Assert.That(Refused(Agent.Commands.Execute(new RecordSale(null, "ann", [new(Milk, Quantity.Each(1))], TenderKind.Unspecified))).Code, Is.EqualTo("TENDER_MISSING"));
        Assert.That(Refused(Agent.Commands.Execute(new RecordSale(null, "a\0nn", [new(Milk, Quantity.Each(1))], TenderKind.Cash))).Code, Is.EqualTo("TEXT_INVALID"));
        Assert.That(Refused(Agent.Commands.Execute(new RecordSale(null, new('a', 65), [new(Milk, Quantity.Each(1))], TenderKind.Cash))).Code, Is.EqualTo("TEXT_TOO_LONG"));
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void A_sale_of_more_bytes_than_an_entry_may_have_is_refused_with_what_to_do_and_the_next_one_goes_through()
    {
        var described = new SaleDraftLine(Milk, Quantity.Each(1), Description: new('牛', ProtocolLimits.TextCharactersMax));
        var refused = Refused(Sale([.. Enumerable.Repeat(described, ProtocolLimits.EntryLinesMax)]));
        Assert.That((refused.Code, refused.NextStep), Is.EqualTo(("ENTRY_TOO_LARGE", "Split it into several.")), refused.Message);
        Assert.That(Entries, Is.Empty);
        Assert.That(Scalar("SELECT count(*) FROM pending"), Is.Zero);
        Assert.That(SellMilk().Receipt!.Number, Is.EqualTo(1));
    }

    [Test]
    public void A_thousand_equal_lines_all_count()
    {
        Sell([.. Enumerable.Repeat(new SaleDraftLine(Milk, Quantity.Each(1)), 1000)]);
        Assert.That(Agent.Queries.StockOf(Milk).Figures[0].OnHandThousandths, Is.EqualTo(-1_000_000));
        Assert.That(Scalar("SELECT count(*) FROM pending"), Is.EqualTo(1));
    }

    [Test]
    public void Text_of_any_script_is_kept_as_it_was_typed()
    {
        const string Text = "ا\u200Fلخبز 🥐 e\u0301 '; DROP TABLE entry; --";
        Sell(new SaleDraftLine(Milk, Quantity.Each(1), Description: Text));
        Assert.That(((SaleRecorded)Entries.Single()).Lines[0].Description, Is.EqualTo(Text));
    }

    [Test]
    public void The_same_command_gives_the_same_receipt_and_another_content_is_refused()
    {
        var command = new RecordSale(new CommandId(new Guid("aaaaaaaa-0000-4000-8000-000000000001")), "ann", [new(Milk, Quantity.Each(2))], TenderKind.Card);
        var first = Recorded(Agent.Commands.Execute(command));
        Assert.That(Agent.Commands.Execute(command), Is.EqualTo(first with { Replayed = true }));
        LoadCatalogue(new EdgeAgent.Cache.ProductRow(10, Milk, "Whole milk", "Alpine", "1 l", Eur(999), Unit.Each));
        Assert.That(Agent.Commands.Execute(command), Is.EqualTo(first with { Replayed = true }), "a new price does not make it another command");
        Assert.That(Refused(Agent.Commands.Execute(command with { Tender = TenderKind.Cash })).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Refused(Agent.Commands.Execute(new MoveCash(command.Command, "ann", CashMovementKind.In, Eur(1), ""))).Code, Is.EqualTo("COMMAND_REUSED"));
        Reopen();
        Assert.That(Agent.Commands.Execute(command), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_double_tap_on_two_threads_sells_once()
    {
        var command = new RecordSale(new CommandId(new Guid("aaaaaaaa-0000-4000-8000-000000000002")), "ann", [new(Milk, Quantity.Each(2))], TenderKind.Card);
        var results = new CommandResult[16];
        Parallel.For(0, results.Length, i => results[i] = Agent.Commands.Execute(command));
        Assert.That(results.Select(result => Recorded(result).Entry).Distinct().Count(), Is.EqualTo(1));
        Assert.That(results.Count(result => !Recorded(result).Replayed), Is.EqualTo(1));
        Assert.That(Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public void Sales_on_many_threads_have_receipt_numbers_without_a_gap()
    {
        Parallel.For(0, 200, _ => SellMilk());
        Assert.That(Entries.OfType<SaleRecorded>().Select(sale => sale.Receipt.Number), Is.EqualTo(Enumerable.Range(1, 200)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Whoever_listens_hears_of_a_sale_after_its_commit()
    {
        var heard = new List<(AgentChange Change, long Entries)>();
        Agent.Changed += (_, change) => heard.Add((change, Scalar("SELECT count(*) FROM entry")));
        SellMilk();
        Sale();
        Assert.That(heard, Is.EqualTo(new[] { (AgentChange.EntryAppended, 1L) }));
    }

    CommandResult Sale(params SaleDraftLine[] lines) => Agent.Commands.Execute(new RecordSale(null, "ann", lines, TenderKind.Cash));
}
