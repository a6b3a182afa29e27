using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

/// <summary>Discounts, prices of one's own, taxes, packs and several tenders, from the command to the entry and the receipt.</summary>
sealed class SaleLineTests : AgentFixture
{
    static readonly ProductCode SixPack = Code("PACK-6");
    static readonly ProductCode HalfCase = Code("PACK-2.5");
    static readonly ProductCode Import = Code("IMPORT-1");
    static readonly TaxRate Inclusive = new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp);
    static readonly TaxRate Added = new("US7", 725, Inclusive: false, TaxRounding.HalfEven);

    [SetUp]
    public void Catalogue()
    {
        LoadCatalogue();
        LoadCatalogue(
            new ProductRow(4, Milk, "Whole milk", "Alpine", "1 l", Eur(129), Unit.Each) { Terms = new(Inclusive, null) },
            new ProductRow(5, SixPack, "Whole milk, six", "Alpine", "6 × 1 l", Eur(700), Unit.Each) { Terms = new(Inclusive, new(Milk, 6000)) },
            new ProductRow(6, HalfCase, "Cheese, half a wheel", "Alpine", "2.5 kg", Eur(4500), Unit.Each) { Terms = new(null, new(Code("CHEESE-1"), 2500)) },
            new ProductRow(7, Import, "Pickles", "", "", Eur(399), Unit.Each) { Terms = new(Added, null) });
    }

    [Test]
    public void A_price_that_holds_its_tax_says_how_much()
    {
        var receipt = Receipt(Sell(new SaleDraftLine(Milk, Quantity.Each(3))));
        Assert.That((receipt.Total, receipt.Lines[0].Tax), Is.EqualTo((Eur(387), new LineTax(Inclusive, Eur(62)))));
    }

    [Test]
    public void A_tax_that_a_price_does_not_hold_is_added_and_paid()
    {
        var receipt = Receipt(Sell(new SaleDraftLine(Import, Quantity.Each(2))));
        Assert.That((receipt.Total, receipt.Lines[0].Tax, receipt.Lines[0].UnitPrice), Is.EqualTo((Eur(856), new LineTax(Added, Eur(58)), Eur(399))));
        Assert.That(receipt.Tenders, Is.EqualTo(new[] { new Tender(TenderKind.Cash, Eur(856)) }));
    }

    [Test]
    public void A_pack_sells_what_is_in_it_and_its_receipt_shows_packs()
    {
        var recorded = Sell(new SaleDraftLine(SixPack, Quantity.Each(2)), new SaleDraftLine(HalfCase, Quantity.Each(1)));
        var lines = ((SaleRecorded)Entries.Single()).Lines;
        Assert.That((lines[0].Product, lines[0].Quantity, lines[0].Amount, lines[0].UnitPrice, lines[0].PriceVersion), Is.EqualTo((Milk, Quantity.Each(12), Eur(1400), Eur(700), 5L)));
        Assert.That(lines[0].Pack, Is.EqualTo(new PackSold(SixPack, Quantity.Each(2), 6000)));
        Assert.That((lines[1].Product, lines[1].Quantity), Is.EqualTo((Code("CHEESE-1"), new Quantity(2500, Unit.Kilogram))));
        Assert.That(OnHand(Milk), Is.EqualTo(-12_000));
        Assert.That(OnHand(Code("CHEESE-1")), Is.EqualTo(-2500));
        Assert.That(OnHand(SixPack), Is.Zero);
        var shown = Receipt(recorded).Lines[0];
        Assert.That((shown.Product, shown.Quantity, shown.Name, shown.Content), Is.EqualTo((SixPack, Quantity.Each(2), "Whole milk, six", new StockLine(Milk, Quantity.Each(12)))));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Packs_are_received_counted_and_wasted_as_what_is_in_them()
    {
        Recorded(Agent.Commands.Execute(new ReceiveGoods(null, "ann", "", [new(SixPack, Quantity.Each(10)), new(Milk, Quantity.Each(3))])));
        Recorded(Agent.Commands.Execute(new WasteStock(null, "ann", SixPack, Quantity.Each(1), WasteReason.Damaged, "")));
        Assert.That(OnHand(Milk), Is.EqualTo(57_000));
        Recorded(Agent.Commands.Execute(new CountStock(null, "ann", null, [new(SixPack, Quantity.Each(9)), new(Milk, Quantity.Each(2))])));
        Assert.That(OnHand(Milk), Is.EqualTo(56_000));
        Assert.That(OnHand(SixPack), Is.Zero);
    }

    [Test]
    public void A_part_of_a_pack_that_is_no_quantity_is_refused()
    {
        LoadCatalogue(new ProductRow(8, SixPack, "Odd", "", "", Eur(700), Unit.Each) { Terms = new(null, new(Milk, 333)) });
        var refused = Refused(Sale([new(SixPack, new(500, Unit.Each))]));
        Assert.That((refused.Code, refused.NextStep), Is.EqualTo(("PACK_QUANTITY_BROKEN", "Give whole packs, or the product within.")));
        Assert.That(Refused(Sale([new(SixPack, new(long.MaxValue - 807, Unit.Each), Eur(1))])).Code, Is.EqualTo("QUANTITY_TOO_LARGE"));
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void A_sold_pack_comes_back_by_the_pack_or_by_the_piece_and_never_more_than_was_paid()
    {
        var sold = Sell(new SaleDraftLine(SixPack, Quantity.Each(2)));
        Refund(new RefundDraftLine(default, Quantity.Each(1), sold.Receipt, 1));
        Assert.That(OnHand(Milk), Is.EqualTo(-6000));
        Assert.That(Receipt(sold).Lines[0].Refunded, Is.EqualTo(Quantity.Each(1)));
        Refund(new RefundDraftLine(Milk, Quantity.Each(2), sold.Receipt, 1));
        var refused = Refused(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(SixPack, Quantity.Each(1), sold.Receipt, 1)], "", TenderKind.Cash)));
        Assert.That(refused.Code, Is.EqualTo("REFUND_EXCEEDS_SOLD"));
        Refund(new RefundDraftLine(Milk, Quantity.Each(4), sold.Receipt, 1));
        Assert.That(OnHand(Milk), Is.Zero);
        Assert.That(Entries.OfType<RefundRecorded>().Select(refund => refund.Total.MinorUnits), Is.EqualTo(new[] { 700, 233, 467 }));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_pack_without_a_receipt_comes_back_as_what_is_in_it()
    {
        Recorded(Agent.Commands.Execute(new RecordRefund(null, "ann", [new(SixPack, Quantity.Each(1))], "gift", TenderKind.Cash)));
        var line = Entries.OfType<RefundRecorded>().Single().Lines[0];
        Assert.That((line.Product, line.Quantity, line.Amount, line.UnitPrice), Is.EqualTo((Milk, Quantity.Each(6), Eur(700), Eur(117))));
    }

    [Test]
    public void A_voided_sale_gives_back_packs_money_and_no_change()
    {
        var sold = Recorded(Sale([new(SixPack, Quantity.Each(1)) { Discount = new(Eur(50), null, "dented") }], new(TenderKind.Card, Eur(200)), new(TenderKind.Cash, Eur(1000))));
        Recorded(Agent.Commands.Execute(new VoidSale(null, "ann", sold.Receipt!, "wrong", "")));
        var voided = Entries.OfType<SaleVoided>().Single();
        Assert.That(voided.Lines, Is.EqualTo(new[] { new VoidedLine(Milk, Quantity.Each(6), Eur(650)) }));
        Assert.That(voided.Tenders, Is.EqualTo(new[] { new Tender(TenderKind.Card, Eur(200)), new Tender(TenderKind.Cash, Eur(450)) }));
        Assert.That(OnHand(Milk), Is.Zero);
    }

    [Test]
    public void A_discount_comes_off_before_the_tax_and_says_why_and_who()
    {
        var recorded = Recorded(Agent.Commands.Execute(new RecordSale(
            null, "ann", [new(Import, Quantity.Each(2)) { Discount = new(null, 1000, "last one") }, new(Milk, Quantity.Each(1)) { Discount = new(Eur(29), null, "") }], TenderKind.Card) { Approver = "eve" }));
        var lines = Receipt(recorded).Lines;
        Assert.That((lines[0].Discount, lines[0].Tax!.Amount, lines[0].Amount), Is.EqualTo((new LineDiscount(Eur(80), "last one", "eve"), Eur(52), Eur(770))));
        Assert.That((lines[1].Discount, lines[1].Tax!.Amount, lines[1].Amount), Is.EqualTo((new LineDiscount(Eur(29), "", "eve"), Eur(16), Eur(100))));
        Assert.That(((SaleRecorded)Entries.Single()).Lines[1].PriceVersion, Is.EqualTo(4), "the price is still the catalogue's");
    }

    static IEnumerable<TestCaseData> RefusedDiscounts()
    {
        yield return new("DISCOUNT_INVALID", new DiscountDraft(null, null, ""));
        yield return new("DISCOUNT_INVALID", new DiscountDraft(Eur(1), 100, ""));
        yield return new("DISCOUNT_INVALID", new DiscountDraft(Eur(0), null, ""));
        yield return new("DISCOUNT_INVALID", new DiscountDraft(Eur(-1), null, ""));
        yield return new("DISCOUNT_INVALID", new DiscountDraft(null, 0, ""));
        yield return new("DISCOUNT_INVALID", new DiscountDraft(null, 10_001, ""));
        yield return new("DISCOUNT_EXCEEDS_PRICE", new DiscountDraft(Eur(130), null, ""));
        yield return new("DISCOUNT_EXCEEDS_PRICE", new DiscountDraft(Eur(long.MaxValue), null, ""));
        yield return new("CURRENCY_MIXED", new DiscountDraft(new Money(1, Currency.Parse("USD")), null, ""));
        yield return new("TEXT_TOO_LONG", new DiscountDraft(Eur(1), null, new('x', 201)));
        yield return new("TEXT_INVALID", new DiscountDraft(Eur(1), null, "a\0b"));
    }

    [TestCaseSource(nameof(RefusedDiscounts))]
    public void A_discount_that_cannot_be_is_refused_and_leaves_nothing(string code, DiscountDraft discount)
    {
        var refused = Refused(Sale([new(Milk, Quantity.Each(1)) { Discount = discount }]));
        Assert.That(refused.Code, Is.EqualTo(code), refused.Message);
        Assert.That(refused.NextStep, Is.Not.Empty);
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void A_share_of_next_to_nothing_is_no_discount()
    {
        var receipt = Receipt(Recorded(Sale([new(Milk, Quantity.Each(1), Eur(4)) { Discount = new(null, 1000, "tenth") }])));
        Assert.That((receipt.Total, receipt.Lines[0].Discount), Is.EqualTo((Eur(4), (LineDiscount?)null)));
    }

    [Test]
    public void Another_price_than_the_catalogues_keeps_the_old_one_why_and_who()
    {
        var recorded = Recorded(Agent.Commands.Execute(new RecordSale(null, "ann", [new(Milk, Quantity.Each(2), Eur(99)) { PriceReason = "shelf label" }, new(Milk, Quantity.Each(1))], TenderKind.Cash) { Approver = "eve" }));
        var lines = Receipt(recorded).Lines;
        Assert.That(lines[0].Override, Is.EqualTo(new PriceOverride(Eur(129), "shelf label", "eve")));
        Assert.That(lines[1].Override, Is.Null);
        Assert.That(((SaleRecorded)Entries.Single()).Lines.Select(line => line.PriceVersion), Is.EqualTo(new[] { 0, 4 }));
    }

    [Test]
    public void Above_the_setting_somebody_has_to_agree()
    {
        Reopen(Options with { ApprovalAboveHundredths = 1000 });
        Assert.That(Sale([new(Bread, Quantity.Each(1), Eur(315))]), Is.TypeOf<CommandResult.Recorded>(), "315 is less than a tenth below 349");
        Assert.That(Refused(Sale([new(Bread, Quantity.Each(1), Eur(314))])).Code, Is.EqualTo("APPROVER_MISSING"));
        Assert.That(Refused(Sale([new(Bread, Quantity.Each(1)) { Discount = new(null, 1001, "") }])).Code, Is.EqualTo("APPROVER_MISSING"));
        Assert.That(Refused(Sale([new(Bread, Quantity.Each(1), Eur(330)) { Discount = new(Eur(20), null, "") }])).Code, Is.EqualTo("APPROVER_MISSING"), "price and discount count together");
        Assert.That(Sale([new(Bread, Quantity.Each(1), Eur(500))]), Is.TypeOf<CommandResult.Recorded>(), "nobody is asked about a higher price");
        var approved = Agent.Commands.Execute(new RecordSale(null, "ann", [new(Bread, Quantity.Each(1), Eur(1))], TenderKind.Cash) { Approver = "eve" });
        Assert.That(Receipt(Recorded(approved)).Lines[0].Override!.Approver, Is.EqualTo("eve"));
        Assert.That(Refused(Agent.Commands.Execute(new RecordSale(null, "ann", [new(Bread, Quantity.Each(1), Eur(1))], TenderKind.Cash) { Approver = " " })).Code, Is.EqualTo("APPROVER_MISSING"));
    }

    [Test]
    public void Several_tenders_pay_and_cash_gives_change()
    {
        var receipt = Receipt(Recorded(Sale([new(Milk, Quantity.Each(10))], new(TenderKind.Card, Eur(290)), new(TenderKind.Cash, Eur(2000)))));
        Assert.That(receipt.Tenders, Is.EqualTo(new[] { new Tender(TenderKind.Card, Eur(290)), new Tender(TenderKind.Cash, Eur(2000)), new Tender(TenderKind.Cash, Eur(-1000)) }));
        receipt = Receipt(Recorded(Sale([new(Milk, Quantity.Each(10))], new(TenderKind.Card), new(TenderKind.Other, Eur(290)))));
        Assert.That(receipt.Tenders, Is.EqualTo(new[] { new Tender(TenderKind.Card, Eur(1000)), new Tender(TenderKind.Other, Eur(290)) }));
        receipt = Receipt(Recorded(Sale([new(Milk, Quantity.Each(1))], new(TenderKind.Card), new(TenderKind.Cash, Eur(129)))));
        Assert.That(receipt.Tenders, Is.EqualTo(new[] { new Tender(TenderKind.Cash, Eur(129)) }), "nothing was left for the card");
    }

    static IEnumerable<TestCaseData> RefusedTenders()
    {
        yield return new("TENDER_MISSING", Array.Empty<TenderDraft>());
        yield return new("TENDER_MISSING", new TenderDraft[] { new(TenderKind.Unspecified, Eur(129)) });
        yield return new("TENDER_MISSING", new TenderDraft[] { new((TenderKind)9, Eur(129)) });
        yield return new("TENDERS_OPEN", new TenderDraft[] { new(TenderKind.Card), new(TenderKind.Cash) });
        yield return new("TENDERS_BELOW_TOTAL", new TenderDraft[] { new(TenderKind.Card, Eur(100)), new(TenderKind.Cash, Eur(28)) });
        yield return new("CHANGE_EXCEEDS_CASH", new TenderDraft[] { new(TenderKind.Card, Eur(130)) });
        yield return new("CHANGE_EXCEEDS_CASH", new TenderDraft[] { new(TenderKind.Card, Eur(129)), new(TenderKind.Other, Eur(2)), new(TenderKind.Cash, Eur(1)) });
        yield return new("TENDER_INVALID", new TenderDraft[] { new(TenderKind.Cash, Eur(0)) });
        yield return new("TENDER_INVALID", new TenderDraft[] { new(TenderKind.Card, Eur(-1)), new(TenderKind.Cash, Eur(130)) });
        yield return new("TENDER_INVALID", new TenderDraft[] { new(TenderKind.Cash, Eur(long.MaxValue)) });
        yield return new("CURRENCY_MIXED", new TenderDraft[] { new(TenderKind.Cash, new Money(129, Currency.Parse("USD"))) });
        yield return new("TOO_MANY_LINES", Enumerable.Repeat(new TenderDraft(TenderKind.Cash, Eur(1)), 1001).ToArray());
    }

    [TestCaseSource(nameof(RefusedTenders))]
    public void Tenders_that_do_not_pay_are_refused_and_leave_nothing(string code, TenderDraft[] tenders)
    {
        var refused = Refused(Sale([new(Milk, Quantity.Each(1))], tenders));
        Assert.That(refused.Code, Is.EqualTo(code), refused.Message);
        Assert.That(refused.NextStep, Is.Not.Empty);
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void The_same_command_with_another_discount_price_approver_or_tender_is_another_command()
    {
        var command = new RecordSale(new CommandId(new Guid("aaaaaaaa-0000-4000-8000-000000000009")), "ann", [new(Milk, Quantity.Each(2), Eur(99)) { Discount = new(Eur(10), null, "a"), PriceReason = "p" }], TenderKind.Cash)
        {
            Tenders = [new(TenderKind.Card, Eur(100)), new(TenderKind.Cash)], Approver = "eve",
        };
        var first = Recorded(Agent.Commands.Execute(command));
        Assert.That(Agent.Commands.Execute(command), Is.EqualTo(first with { Replayed = true }));
        RecordSale[] others =
        [
            command with { Approver = "eva" }, command with { Tenders = null }, command with { Tenders = [new(TenderKind.Card, Eur(101)), new(TenderKind.Cash)] },
            command with { Lines = [command.Lines[0] with { Discount = new(Eur(10), null, "b") }] }, command with { Lines = [command.Lines[0] with { Discount = new(null, 10, "a") }] },
            command with { Lines = [command.Lines[0] with { PriceReason = "q" }] },
        ];
        foreach (var other in others) Assert.That(Refused(Agent.Commands.Execute(other)).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public void Whatever_is_sold_however_it_is_paid_the_entry_keeps_the_rules_or_nothing_is_recorded()
    {
        var (sold, refused) = (0, 0);
        Gen.Select(
            Gen.Select(Gen.Int[0, 3], Gen.Long[1, 20_000], Gen.Long[0, 1000], Gen.Int[0, 3], Gen.Int[1, 10_000]).Array[1, 5],
            Gen.Select(Gen.Int[1, 3], Gen.Long[0, 6000]).Array[1, 3]).Sample((drafts, given) =>
        {
            ProductCode[] products = [Milk, SixPack, Import, Code("CHEESE-1")];
            var lines = drafts.Select(draft => new SaleDraftLine(products[draft.Item1], new(draft.Item1 == 3 ? draft.Item2 : (1 + (draft.Item2 % 9)) * 1000, Unit.Each), draft.Item4 == 1 ? Eur(draft.Item3) : null)
            {
                Discount = draft.Item4 switch { 2 => new(null, draft.Item5, "x"), 3 => new(Eur(1 + draft.Item3), null, "x"), _ => null },
            }).ToList();
            var tenders = given.Select(tender => new TenderDraft((TenderKind)tender.Item1, tender.Item2 == 0 ? null : Eur(tender.Item2))).ToList();
            switch (Agent.Commands.Execute(new RecordSale(null, "ann", lines, TenderKind.Unspecified) { Tenders = tenders }))
            {
                case CommandResult.Recorded recorded:
                    Interlocked.Increment(ref sold);
                    var receipt = Receipt(recorded);
                    Assert.That(receipt.Tenders.Sum(tender => tender.Amount.MinorUnits), Is.EqualTo(receipt.Total.MinorUnits));
                    Assert.That(receipt.Tenders.Where(tender => tender.Amount.MinorUnits < 0).Select(tender => tender.Kind), Is.All.EqualTo(TenderKind.Cash));
                    Assert.That(receipt.Lines.Sum(line => line.Amount.MinorUnits), Is.EqualTo(receipt.Total.MinorUnits));
                    Assert.That(receipt.Lines.All(line => line.Tax is null || line.Tax.IsOf(line.Amount)), Is.True);
                    break;
                case CommandResult.Refused no:
                    Interlocked.Increment(ref refused);
                    Assert.That(no.Code, Is.AnyOf("TENDERS_BELOW_TOTAL", "TENDERS_OPEN", "CHANGE_EXCEEDS_CASH", "DISCOUNT_EXCEEDS_PRICE"));
                    break;
            }
        }, iter: 400, threads: 1);
        Assert.That((sold > 20, refused > 20), Is.EqualTo((true, true)), $"{sold} sold, {refused} refused");
        Assert.That(Broken(), Is.Empty);
    }

    CommandResult Sale(SaleDraftLine[] lines) => Agent.Commands.Execute(new RecordSale(null, "ann", lines, TenderKind.Cash));

    CommandResult Sale(SaleDraftLine[] lines, params TenderDraft[] tenders) => Agent.Commands.Execute(new RecordSale(null, "ann", lines, TenderKind.Unspecified) { Tenders = tenders });

    ReceiptView Receipt(CommandResult.Recorded recorded) => Agent.Queries.Receipt(recorded.Receipt!)!;

    long OnHand(ProductCode product) => Agent.Queries.StockOf(product).Figures[0].OnHandThousandths;

    void Refund(RefundDraftLine line) => Recorded(Agent.Commands.Execute(new RecordRefund(null, "ann", [line], "", TenderKind.Cash)));
}
