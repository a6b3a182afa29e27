using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Tests.Entries;

sealed class EntryRulesTests
{
    static readonly EntryHeader Header = Samples.Header;
    static readonly ReceiptNumber Receipt = new("T1", "1", 1);
    static readonly SaleLine Line = new(Samples.Milk, Quantity.Each(1), Samples.Eur(129), Samples.Eur(129));

    static readonly TaxRate Vat = new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp);

    static IEnumerable<TestCaseData> Broken()
    {
        yield return new("STORE_MISSING", Sale(Line) with { Header = Header with { Store = new(0) } });
        yield return new("DEVICE_MISSING", Sale(Line) with { Header = Header with { Device = new(0) } });
        yield return new("TEXT_TOO_LONG", Sale(Line) with { Header = Header with { Actor = new('a', 65) } });
        yield return new("TEXT_INVALID", Sale(Line) with { Header = Header with { Actor = "\0" } });
        yield return new("TEXT_INVALID", Sale(Line) with { Header = Header with { TimeZoneVersion = "\uDC00" } });
        yield return new("RECEIPT_INVALID", Sale(Line) with { Receipt = Receipt with { Number = 0 } });
        yield return new("RECEIPT_INVALID", Sale(Line) with { Receipt = Receipt with { Series = "" } });
        yield return new("RECEIPT_INVALID", Sale(Line) with { Receipt = Receipt with { DeviceCode = new('d', 17) } });
        yield return new("TEXT_INVALID", Sale(Line) with { Receipt = Receipt with { Series = "a\0" } });
        yield return new("LINES_MISSING", Sale());
        yield return new("TOO_MANY_LINES", Sale([.. Enumerable.Repeat(Line, 1001)]));
        yield return new("PRODUCT_CODE_EMPTY", Sale(Line with { Product = default }));
        yield return new("QUANTITY_NOT_POSITIVE", Sale(Line with { Quantity = Quantity.Each(0) }));
        yield return new("QUANTITY_TOO_LARGE", Sale(Line with { Quantity = new(ProtocolLimits.LineQuantityThousandthsMax + 1, Unit.Each) }));
        yield return new("UNIT_UNKNOWN", Sale(Line with { Quantity = new(1, (Unit)9) }));
        yield return new("AMOUNT_NEGATIVE", Sale(Line with { Amount = Samples.Eur(-1) }));
        yield return new("AMOUNT_NEGATIVE", Sale(Line with { UnitPrice = Samples.Eur(-1) }));
        yield return new("AMOUNT_TOO_LARGE", Sale(Line with { Amount = Samples.Eur(ProtocolLimits.AmountMinorMax + 1) }));
        yield return new("AMOUNT_TOO_LARGE", Sale(Line with { UnitPrice = Samples.Eur(long.MaxValue) }));
        yield return new("AMOUNT_TOO_LARGE", Sale(Line with { Amount = Samples.Eur(ProtocolLimits.AmountMinorMax) }, Line), "the total");
        yield return new("CURRENCY_MIXED", Sale(Line, Line with { Amount = new(129, Currency.Parse("USD")) }));
        yield return new("CURRENCY_MIXED", Sale(Line with { UnitPrice = new(129, Currency.Parse("USD")) }));
        yield return new("TEXT_TOO_LONG", Sale(Line with { Description = new('x', 201) }));
        yield return new("TEXT_INVALID", Sale(Line with { Description = "half \uD83D" }));
        yield return new("TEXT_INVALID", Sale(Line with { Description = "\uDE00\uD83D turned" }));
        yield return new("TOTAL_WRONG", Sale(Line) with { Total = Samples.Eur(130) });
        yield return new("TENDERS_WRONG", Sale(Line) with { Tenders = [new(TenderKind.Cash, Samples.Eur(100)), new(TenderKind.Card, Samples.Eur(28))] });
        yield return new("AMOUNT_TOO_LARGE", Sale(Line) with { Tenders = [new(TenderKind.Cash, Samples.Eur(long.MinValue))] });
        yield return new("CURRENCY_MIXED", Sale(Line) with { Tenders = [new(TenderKind.Cash, new(129, Currency.Parse("USD")))] });
        yield return new("TOO_MANY_LINES", Sale(Line) with { Tenders = [.. Enumerable.Repeat(new Tender(TenderKind.Cash, Samples.Eur(0)), 1001)] });
        yield return new("TAX_WRONG", Sale(Line with { Tax = new(Vat, Samples.Eur(20)) }));
        yield return new("TAX_WRONG", Sale(Line with { Tax = new(Vat, Samples.Eur(-21)) }));
        yield return new("TAX_WRONG", Sale(Line with { Tax = new(Vat with { Inclusive = false }, Samples.Eur(25)) }), "added to 104, and 25 is the tax of 129");
        yield return new("TAX_WRONG", Sale(Line with { Tax = new(Vat with { Inclusive = false }, Samples.Eur(130)) }));
        yield return new("TAX_RATE_INVALID", Sale(Line with { Tax = new(Vat with { Id = "" }, Samples.Eur(21)) }));
        yield return new("TAX_RATE_INVALID", Sale(Line with { Tax = new(Vat with { Id = new('r', 17) }, Samples.Eur(21)) }));
        yield return new("TAX_RATE_INVALID", Sale(Line with { Tax = new(Vat with { Id = "\0" }, Samples.Eur(21)) }));
        yield return new("TAX_RATE_INVALID", Sale(Line with { Tax = new(Vat with { Hundredths = 10_001 }, Samples.Eur(21)) }));
        yield return new("TAX_RATE_INVALID", Sale(Line with { Tax = new(Vat with { Hundredths = -1 }, Samples.Eur(0)) }));
        yield return new("TAX_RATE_INVALID", Sale(Line with { Tax = new(Vat with { Rounding = TaxRounding.Unspecified }, Samples.Eur(21)) }));
        yield return new("CURRENCY_MIXED", Sale(Line with { Tax = new(Vat, new(21, Currency.Parse("USD"))) }));
        yield return new("DISCOUNT_INVALID", Sale(Line with { Discount = new(Samples.Eur(0), "", "") }));
        yield return new("DISCOUNT_INVALID", Sale(Line with { Discount = new(Samples.Eur(ProtocolLimits.AmountMinorMax + 1), "", "") }));
        yield return new("CURRENCY_MIXED", Sale(Line with { Discount = new(new(1, Currency.Parse("USD")), "", "") }));
        yield return new("TEXT_TOO_LONG", Sale(Line with { Discount = new(Samples.Eur(1), new('r', 201), "") }));
        yield return new("TEXT_TOO_LONG", Sale(Line with { Discount = new(Samples.Eur(1), "", new('a', ProtocolLimits.ActorCharactersMax + 1)) }));
        yield return new("OVERRIDE_INVALID", Sale(Line with { Override = new(Samples.Eur(-1), "", "") }));
        yield return new("CURRENCY_MIXED", Sale(Line with { Override = new(new(1, Currency.Parse("USD")), "", "") }));
        yield return new("TEXT_INVALID", Sale(Line with { Override = new(Samples.Eur(1), "\0", "") }));
        yield return new("TEXT_INVALID", Sale(Line with { Override = new(Samples.Eur(1), "", "\0") }));
        yield return new("PACK_CONTENT_WRONG", Sale(Line with { Pack = new(Samples.SixPack, Quantity.Each(1), 6000) }));
        yield return new("PACK_CONTENT_WRONG", Sale(Line with { Pack = new(Samples.SixPack, new(1001, Unit.Each), 999) }));
        yield return new("PACK_CONTENT_WRONG", Sale(Line with { Pack = new(Samples.Milk, Quantity.Each(1), 1000) }));
        yield return new("PACK_CONTENT_WRONG", Sale(Line with { Pack = new(Samples.SixPack, Quantity.Each(1), -1000) }));
        yield return new("QUANTITY_NOT_POSITIVE", Sale(Line with { Pack = new(Samples.SixPack, Quantity.Each(-1), -1000) }));
        yield return new("QUANTITY_TOO_LARGE", Sale(Line with { Pack = new(Samples.SixPack, new(long.MaxValue, Unit.Each), long.MaxValue) }));
        yield return new("UNIT_UNKNOWN", Sale(Line with { Pack = new(Samples.SixPack, new(1000, (Unit)9), 1000) }));
        yield return new("PRODUCT_CODE_EMPTY", Sale(Line with { Pack = new(default, Quantity.Each(1), 1000) }));
        yield return new("LINES_MISSING", Voided([]));
        yield return new("RECEIPT_INVALID", Voided([VoidedLine]) with { SaleReceipt = new("T1", "1", 0) });
        yield return new("VOID_REASON_MISSING", Voided([VoidedLine]) with { Reason = " " });
        yield return new("TEXT_TOO_LONG", Voided([VoidedLine]) with { Reason = new('r', 201) });
        yield return new("TEXT_TOO_LONG", Voided([VoidedLine]) with { Approver = new('a', ProtocolLimits.ActorCharactersMax + 1) });
        yield return new("QUANTITY_NOT_POSITIVE", Voided([VoidedLine with { Quantity = Quantity.Each(0) }]));
        yield return new("AMOUNT_NEGATIVE", Voided([VoidedLine with { Amount = Samples.Eur(-1) }]));
        yield return new("CURRENCY_MIXED", Voided([VoidedLine with { Amount = new(129, Currency.Parse("USD")) }]));
        yield return new("PRODUCT_CODE_EMPTY", Voided([VoidedLine with { Product = default }]));
        yield return new("TOO_MANY_LINES", Voided([.. Enumerable.Repeat(VoidedLine, 1001)]));
        yield return new("TOTAL_WRONG", Voided([VoidedLine]) with { Total = Samples.Eur(130) });
        yield return new("TENDERS_WRONG", Voided([VoidedLine]) with { Tenders = [new(TenderKind.Cash, Samples.Eur(128))] });
        yield return new("REFUND_REASON_MISSING", Refund("", null));
        yield return new("SOLD_LINE_INVALID", Refund("", new(Samples.SoldEntry, 0)));
        yield return new("SOLD_LINE_INVALID", Refund("", new(Samples.SoldEntry, 1001)));
        yield return new("TEXT_TOO_LONG", Refund(new('r', 201), null));
        yield return new("TEXT_INVALID", new GoodsReceived(Header, "\0", [new(Samples.Milk, Quantity.Each(1))]));
        yield return new("LINES_MISSING", new GoodsReceived(Header, "", []));
        yield return new("QUANTITY_NOT_POSITIVE", new GoodsReceived(Header, "", [new(Samples.Milk, Quantity.Each(0))]));
        yield return new("QUANTITY_NOT_POSITIVE", new StockOpened(Header, [new(Samples.Milk, Quantity.Each(-1))]));
        yield return new("QUANTITY_TOO_LARGE", new StockOpened(Header, [new(Samples.Milk, new(long.MaxValue, Unit.Each))]));
        yield return new("TOO_MANY_LINES", new StockOpened(Header, [.. Enumerable.Repeat(new StockLine(Samples.Milk, Quantity.Each(1)), 1001)]));
        yield return new("QUANTITY_ZERO", new StockAdjusted(Header, Samples.Milk, Quantity.Each(0), AdjustmentReason.Found, ""));
        yield return new("QUANTITY_TOO_LARGE", new StockAdjusted(Header, Samples.Milk, new(long.MinValue, Unit.Each), AdjustmentReason.Found, ""));
        yield return new("REASON_MISSING", new StockAdjusted(Header, Samples.Milk, Quantity.Each(1), AdjustmentReason.Unspecified, ""));
        yield return new("REASON_MISSING", new StockAdjusted(Header, Samples.Milk, Quantity.Each(1), (AdjustmentReason)99, ""));
        yield return new("LINES_MISSING", new StockCounted(Header, null, []));
        yield return new("PRODUCT_CODE_EMPTY", new StockCounted(Header, null, [new(default, Quantity.Each(1))]));
        yield return new("QUANTITY_NOT_POSITIVE", new StockCounted(Header, null, [new(Samples.Milk, Quantity.Each(-1))]));
        yield return new("UNIT_UNKNOWN", new StockCounted(Header, null, [new(Samples.Milk, new(1, (Unit)9))]));
        yield return new("TOO_MANY_LINES", new StockCounted(Header, null, [.. Enumerable.Repeat(new StockLine(Samples.Milk, Quantity.Each(1)), 1001)]));
        yield return new("QUANTITY_NOT_POSITIVE", new StockWasted(Header, Samples.Milk, Quantity.Each(0), WasteReason.Expired, ""));
        yield return new("QUANTITY_NOT_POSITIVE", new StockWasted(Header, Samples.Milk, Quantity.Each(-1), WasteReason.Expired, ""));
        yield return new("QUANTITY_TOO_LARGE", new StockWasted(Header, Samples.Milk, new(long.MaxValue, Unit.Each), WasteReason.Expired, ""));
        yield return new("UNIT_UNKNOWN", new StockWasted(Header, Samples.Milk, new(1000, (Unit)9), WasteReason.Expired, ""));
        yield return new("PRODUCT_CODE_EMPTY", new StockWasted(Header, default, Quantity.Each(1), WasteReason.Expired, ""));
        yield return new("REASON_MISSING", new StockWasted(Header, Samples.Milk, Quantity.Each(1), WasteReason.Unspecified, ""));
        yield return new("REASON_MISSING", new StockWasted(Header, Samples.Milk, Quantity.Each(1), (WasteReason)99, ""));
        yield return new("TEXT_TOO_LONG", new StockWasted(Header, Samples.Milk, Quantity.Each(1), WasteReason.Theft, new('n', 201)));
        yield return new("EDIT_VALUE_MISSING", new ProductEdited(Header, Samples.Milk, ProductField.Name, " ", []));
        yield return new("EDIT_FIELD_UNKNOWN", new ProductEdited(Header, Samples.Milk, ProductField.Unspecified, "x", []));
        yield return new("EDIT_FIELD_UNKNOWN", new ProductEdited(Header, Samples.Milk, (ProductField)9, "x", []));
        yield return new("EDIT_BASES_TOO_MANY", new ProductEdited(Header, Samples.Milk, ProductField.Name, "x", [.. Enumerable.Repeat(Samples.SoldEntry, 65)]));
        yield return new("PRODUCT_CODE_EMPTY", new ProductEdited(Header, default, ProductField.Name, "x", []));
        yield return new("TEXT_TOO_LONG", new ProductEdited(Header, Samples.Milk, ProductField.Name, new('n', 201), []));
        yield return new("TEXT_INVALID", new ProductEdited(Header, Samples.Milk, ProductField.Name, "\0", []));
        yield return new("ENTRY_KIND_OF_CLOUD", new ConflictResolved(Header, new(Samples.SoldEntry.Value), Samples.Milk, ProductField.Name, "x", [], "why"));
        yield return new("REASON_MISSING", new ConflictResolved(Header with { Device = new(0) }, new(Samples.SoldEntry.Value), Samples.Milk, ProductField.Name, "x", [], " "));
        yield return new("CASH_MOVEMENT_MISSING", new CashMoved(Header, (CashMovementKind)99, Samples.Eur(1), ""));
        yield return new("AMOUNT_NOT_POSITIVE", new CashMoved(Header, CashMovementKind.In, Samples.Eur(0), ""));
        yield return new("AMOUNT_TOO_LARGE", new CashMoved(Header, CashMovementKind.In, Samples.Eur(ProtocolLimits.AmountMinorMax + 1), ""));
        yield return new("TEXT_TOO_LONG", new CashMoved(Header, CashMovementKind.In, Samples.Eur(1), new('n', 201)));
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_has_its_code_and_a_sentence(string code, Entry entry, string why = "")
    {
        var violation = EntryRules.FirstViolation(entry);
        Assert.That(violation?.Code, Is.EqualTo(code), why);
        Assert.That(violation!.Message, Does.EndWith("."));
    }

    [Test]
    public void Each_kind_as_it_is_made_keeps_the_rules() => Assert.That(Samples.OneOfEachKind.Select(EntryRules.FirstViolation), Has.All.Null);

    [Test]
    public void The_bounds_themselves_are_within()
    {
        Assert.That(EntryRules.FirstViolation(Sale(Line with { Quantity = new(ProtocolLimits.LineQuantityThousandthsMax, Unit.Each), Amount = Samples.Eur(ProtocolLimits.AmountMinorMax), Description = new('x', 200) })), Is.Null);
        Assert.That(EntryRules.FirstViolation(Sale([.. Enumerable.Repeat(Line, 1000)])), Is.Null);
        Assert.That(EntryRules.FirstViolation(Sale(Line with { Description = "😀 is a pair" })), Is.Null);
        Assert.That(EntryRules.FirstViolation(Sale(Line) with { Tenders = [] }), Is.Null, "how it was paid may be unknown");
    }

    [Test]
    public void Text_is_taken_exactly_where_UTF8_and_PostgreSQL_take_it() => Gen.String.Sample(text =>
    {
        var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        var storable = !text.Contains('\0', StringComparison.Ordinal) && text.Length <= 200;
        try
        {
            strict.GetBytes(text);
        }
        catch (System.Text.EncoderFallbackException)
        {
            storable = false;
        }

        Assert.That(EntryRules.Text("x", text) is null, Is.EqualTo(storable));
    }, iter: 5000);

    [Test]
    public void Movements_sum_to_the_lines_and_come_in_order_of_product() => Samples.Any.Sample(entry =>
    {
        var movements = StockMovements.Of(entry);
        var expected = entry switch
        {
            SaleRecorded sale => -sale.Lines.Sum(line => line.Quantity.Thousandths),
            RefundRecorded refund => refund.Lines.Sum(line => line.Quantity.Thousandths),
            SaleVoided voided => voided.Lines.Sum(line => line.Quantity.Thousandths),
            GoodsReceived goods => goods.Lines.Sum(line => line.Quantity.Thousandths),
            StockOpened opened => opened.Lines.Sum(line => line.Quantity.Thousandths),
            StockAdjusted adjusted => adjusted.Delta.Thousandths,
            StockWasted wasted => -wasted.Quantity.Thousandths,
            _ => 0,
        };
        Assert.That(movements.Sum(movement => movement.DeltaThousandths), Is.EqualTo(expected));
        Assert.That(movements.Select(movement => movement.Product.Value), Is.Ordered.Using<string>(string.CompareOrdinal));
        Assert.That(movements.Select(movement => movement.Product).Distinct().Count(), Is.EqualTo(movements.Count));
    });

    [Test]
    public void A_count_says_what_was_there_of_each_product_once_and_moves_nothing()
    {
        var counted = new StockCounted(Header, null, [new(Samples.Loose, new(0, Unit.Kilogram)), new(Samples.Milk, Quantity.Each(11)), new(Samples.Milk, Quantity.Each(30))]);
        Assert.That(StockCounts.Of(counted), Is.EqualTo(new StockCount[] { new(Samples.Milk, 41_000), new(Samples.Loose, 0) }));
        Assert.That(StockMovements.Of(counted), Is.Empty);
        Assert.That(Samples.OneOfEachKind.Where(entry => entry is not StockCounted).SelectMany(StockCounts.Of), Is.Empty);
    }

    static SaleRecorded Sale(params SaleLine[] lines)
    {
        var total = new Money(lines.Aggregate(0L, (sum, line) => unchecked(sum + line.Amount.MinorUnits)), Samples.Euro);
        return new(Header, Receipt, lines, total, [new(TenderKind.Cash, total)]);
    }

    [Test]
    public void A_void_moves_what_its_sale_moved_the_other_way() => Samples.Any.Where(entry => entry is SaleRecorded).Sample(entry =>
    {
        var sale = (SaleRecorded)entry;
        var voided = new SaleVoided(Header, Samples.SoldEntry, sale.Receipt, [.. sale.Lines.Select(line => new VoidedLine(line.Product, line.Quantity, line.Amount))], sale.Total, sale.Tenders, "wrong", "");
        Assert.That(EntryRules.FirstViolation(voided), Is.Null);
        Assert.That(StockMovements.Of(voided), Is.EqualTo(StockMovements.Of(sale).Select(movement => movement with { DeltaThousandths = -movement.DeltaThousandths })));
    });

    static readonly VoidedLine VoidedLine = new(Samples.Milk, Quantity.Each(1), Samples.Eur(129));

    static SaleVoided Voided(VoidedLine[] lines)
    {
        var total = new Money(lines.Sum(line => line.Amount.MinorUnits), Samples.Euro);
        return new(Header, Samples.SoldEntry, Receipt, lines, total, [new(TenderKind.Cash, total)], "wrong basket", "");
    }

    static RefundRecorded Refund(string reason, SoldLine? sold) =>
        new(Header, Receipt, [new(Samples.Milk, Quantity.Each(1), Samples.Eur(1), Samples.Eur(1), sold)], Samples.Eur(1), [], reason);
}
