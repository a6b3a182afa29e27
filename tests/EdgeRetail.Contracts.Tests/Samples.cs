using CsCheck;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.Contracts.Tests;

/// <summary>Entries of every kind: one of each that never changes, and any that keep the rules.</summary>
static class Samples
{
    public static readonly Currency Euro = Currency.Parse("EUR");
    public static readonly ProductCode Milk = ProductCode.Parse("04006381333931");
    public static readonly ProductCode Loose = ProductCode.Parse("CHEESE-1");
    public static readonly ProductCode SixPack = ProductCode.Parse("PACK-6");
    public static readonly EntryId SoldEntry = new(new Guid("019782c3-0000-8abc-8def-0123456789ab"));

    public static readonly EntryHeader Header = new(
        new(12), 3, new(345), "ann", new HybridTimestamp(1_780_308_000_000, 2), DateTimeOffset.FromUnixTimeMilliseconds(1_780_308_000_000), 0x0123456789ABCDEF, 86_400_123,
        ClockQuality.Trusted, new DateOnly(2026, 6, 1), "2026a");

    public static readonly Entry[] OneOfEachKind =
    [
        new SaleRecorded(Header, new("T1", "1", 42), [
            new(Milk, Quantity.Each(2), Eur(258), Eur(129), 17),
            new(Loose, new(375, Unit.Kilogram), Eur(750), Eur(1999), 0, "mountain cheese", UnknownProduct: true)], Eur(1008), [new(TenderKind.Cash, Eur(1008))]),
        new SaleVoided(Header, SoldEntry, new("T1", "1", 42), [new(Milk, Quantity.Each(2), Eur(258)), new(Loose, new(375, Unit.Kilogram), Eur(750))], Eur(1008), [new(TenderKind.Cash, Eur(1008))], "wrong basket", "eve"),
        new RefundRecorded(Header with { WallTime = Header.WallTime.AddSeconds(-90), ClockQuality = ClockQuality.Untrusted }, new("T1", "1", 43), [
            new(Milk, Quantity.Each(1), Eur(129), Eur(129), new(SoldEntry, 1)),
            new(Loose, new(100, Unit.Kilogram), Eur(200), Eur(1999), null, "cheese")], Eur(329), [new(TenderKind.Card, Eur(329))], "spoilt"),
        new GoodsReceived(Header, "D-77", [new(Milk, Quantity.Each(48)), new(Loose, new(12_500, Unit.Kilogram))]),
        new StockOpened(Header, [new(Milk, Quantity.Each(0)), new(Loose, new(3_250, Unit.Kilogram))]),
        new StockAdjusted(Header, Milk, Quantity.Each(-3), AdjustmentReason.Damaged, "fell down"),
        new StockCounted(Header, new(new Guid("5e7f0c1a-0000-4000-8000-0123456789ab")), [new(Milk, Quantity.Each(11)), new(Loose, new(0, Unit.Kilogram)), new(Milk, Quantity.Each(30))]),
        new StockWasted(Header, Loose, new(1_250, Unit.Kilogram), WasteReason.Expired, "past its date"),
        new ProductEdited(Header, Milk, ProductField.Name, "Alpine whole milk", [SoldEntry]),
        new CashMoved(Header with { ClaimedId = SoldEntry }, CashMovementKind.Float, Eur(20_000), "morning"),
        new BusinessDayClosed(Header, new DateOnly(2026, 5, 31), SoldEntry, new(
            44, DayDigest.Start.Append(SoldEntry), [new("T1", "1", 41, 43, 3)],
            [
                new(new DateOnly(2026, 5, 30), IsLate: true, 1, []),
                new(new DateOnly(2026, 5, 31), IsLate: false, 42, [
                    new(Euro, 2, 1137, 1, 329, 1, 129, [new(TenderKind.Cash, 1008, 129), new(TenderKind.Card, 129, 329)], 20_000, 1_000, 500, 15_000)]),
            ])),
        new QuarantineVoided(Header with { Device = new(0) }, SoldEntry, "rung up twice"),
        new QuarantineReplayed(Header with { Device = new(0) }, SoldEntry, "mended"),
        new QuarantineCorrected(Header with { Device = new(0) }, SoldEntry, EntryCodec.Encode(new StockAdjusted(Header, Milk, Quantity.Each(3), AdjustmentReason.Found, "")).Bytes, "the other way round"),
        new ConflictResolved(Header with { Device = new(0) }, new(SoldEntry.Value), Milk, ProductField.Brand, "Alpine", [SoldEntry, new(new Guid("019782c3-0000-8abc-8def-0123456789ac"))], "as on the pack"),
        new SaleRecorded(Header, new("T1", "1", 44), [
            new(Milk, Quantity.Each(12), Eur(1440), Eur(700), 18)
            {
                Tax = new(new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp), Eur(230)), Discount = new(Eur(40), "dented", ""), Override = new(Eur(740), "shelf label", "eve"),
                Pack = new(SixPack, Quantity.Each(2), 6000),
            },
            new(Loose, new(375, Unit.Kilogram), Eur(802), Eur(1999), 19) { Tax = new(new("R7", 700, Inclusive: false, TaxRounding.HalfEven), Eur(52)) }], Eur(2242),
            [new(TenderKind.Card, Eur(1000)), new(TenderKind.Cash, Eur(1500)), new(TenderKind.Cash, Eur(-258))]),
    ];

    static readonly Gen<string> Text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 40], OneOf("", "ä", "e\u0301", "🥐 ☃", "لخبز", "a\u200Db", "'; --", new('x', 200)));

    static readonly Gen<ProductCode> Product = Gen.OneOf(
        Gen.Long[0, 9_999_999_999_999].Select(number =>
        {
            var digits = number.ToString("D13", System.Globalization.CultureInfo.InvariantCulture);
            return ProductCode.Parse(digits + Contracts.Gs1.Gtin.CheckDigit(digits));
        }),
        Gen.String[Gen.Char["ABCxyz019._-/+# "], 1, 20].Select(ProductCode.Read).Where(reading => reading is ProductCodeReading.Accepted).Select(reading => ((ProductCodeReading.Accepted)reading).Code));

    static readonly Gen<Quantity> Amounts = Gen.Select(Gen.Long[1, ProtocolLimits.LineQuantityThousandthsMax], Gen.Enum<Unit>(), (value, unit) => new Quantity(value, unit));
    static readonly Gen<Currency> Currencies = OneOf("EUR", "JPY", "TND", "USD").Select(Currency.Parse);
    static readonly Gen<ReceiptNumber> Receipt = Gen.Select(OneOf("T1", "KASSE-7", "Ä"), OneOf("1", "x9k2"), Gen.Int[1, int.MaxValue], (device, series, number) => new ReceiptNumber(device, series, number));

    static readonly Gen<EntryHeader> Headers = Gen.Select(
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[1, int.MaxValue]),
        Gen.String[Gen.Char.AlphaNumeric, 0, 64],
        Gen.Select(Gen.Long[0, 253_402_300_799_999], Gen.Int[0, HybridTimestamp.CounterMax], Gen.Long[0, 253_402_300_799_999]),
        Gen.Select(Gen.ULong, Gen.Long[0, long.MaxValue]),
        Gen.Select(Gen.Enum<ClockQuality>(), Gen.Int[0, DateOnly.MaxValue.DayNumber]),
        OneOf("2026a", "none", ""),
        Gen.Bool,
        (ids, actor, times, boot, rest, zone, claims) => new EntryHeader(
            new(ids.Item1), ids.Item2, new(ids.Item3), actor, new HybridTimestamp(times.Item1, times.Item2), DateTimeOffset.FromUnixTimeMilliseconds(times.Item3), boot.Item1, boot.Item2,
            rest.Item1, DateOnly.FromDayNumber(rest.Item2), zone, claims ? SoldEntry : null));

    /// <summary>Any entry that keeps the rules.</summary>
    public static readonly Gen<Entry> Any = Gen.OneOf(
        Gen.Select(Headers, Receipt, Currencies, Lines(1, 8), Gen.Enum<TenderKind>(), Sale),
        Gen.Select(Headers, Receipt, Currencies, Lines(1, 8), Text, Refund),
        Gen.Select(Headers, Receipt, Currencies, Lines(1, 8), Text, Void),
        Gen.Select(Headers, Text, StockLines(1), (header, text, lines) => (Entry)new GoodsReceived(header, text, lines)),
        Gen.Select(Headers, StockLines(0), (header, lines) => (Entry)new StockOpened(header, lines)),
        Gen.Select(Headers, Product, Amounts, Gen.Enum<AdjustmentReason>(), Text, Gen.Bool, (header, product, quantity, reason, note, down) => (Entry)new StockAdjusted(
            header, product, down ? quantity with { Thousandths = -quantity.Thousandths } : quantity, reason == AdjustmentReason.Unspecified ? AdjustmentReason.Other : reason, note)),
        Gen.Select(Headers, Gen.Bool, StockLines(0), (header, sheet, lines) => (Entry)new StockCounted(header, sheet ? new CountSheetId(SoldEntry.Value) : null, lines)),
        Gen.Select(Headers, Product, Amounts, Gen.Enum<WasteReason>(), Text, (header, product, quantity, reason, note) => (Entry)new StockWasted(
            header, product, quantity, reason == WasteReason.Unspecified ? WasteReason.Other : reason, note)),
        Gen.Select(Headers, Product, OneOf(ProductField.Name, ProductField.Brand, ProductField.Size), Text, Gen.Int[0, 3], (header, product, field, value, bases) => (Entry)new ProductEdited(
            header, product, field, string.IsNullOrWhiteSpace(value) ? null : value, [.. Enumerable.Repeat(SoldEntry, bases)])),
        Gen.Select(Headers, Gen.Enum<CashMovementKind>(), Gen.Long[1, ProtocolLimits.AmountMinorMax], Currencies, Text, (header, kind, amount, currency, note) => (Entry)new CashMoved(
            header, kind == CashMovementKind.Unspecified ? CashMovementKind.Drop : kind, new(amount, currency), note)),
        Gen.Select(Headers, Gen.Bool, Gen.Long[0, 1_000_000], Receipt, Currencies, (header, first, count, receipt, currency) => (Entry)new BusinessDayClosed(
            header, header.BusinessDate, first ? null : SoldEntry, new(
                count + 1, DayDigest.Start, [new(receipt.DeviceCode, receipt.Series, 1, receipt.Number, count + 1)],
                [new(header.BusinessDate, first, count, [new(currency, count, count, 0, 0, 0, 0, [new(TenderKind.Other, count, 0)], 0, count, 0, 0)])]))));

    /// <summary>One of these, each as likely.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    public static Money Eur(long minor) => new(minor, Euro);

    static Gen<(ProductCode Product, Quantity Quantity, long Amount, long Price, string Text, bool Flag)[]> Lines(int min, int max) =>
        Gen.Select(Product, Amounts, Gen.Long[0, ProtocolLimits.AmountMinorMax / 10], Gen.Long[0, ProtocolLimits.AmountMinorMax], Text, Gen.Bool).Array[min, max];

    static Gen<StockLine[]> StockLines(long min) =>
        Gen.Select(Product, Gen.Long[min, ProtocolLimits.LineQuantityThousandthsMax], Gen.Enum<Unit>(), (product, quantity, unit) => new StockLine(product, new(quantity, unit))).Array[1, 8];

    static Entry Sale(EntryHeader header, ReceiptNumber receipt, Currency currency, (ProductCode Product, Quantity Quantity, long Amount, long Price, string Text, bool Flag)[] lines, TenderKind tender)
    {
        var sold = lines.Select(line => Sold(line, currency)).ToArray();
        var total = new Money(sold.Sum(line => line.Amount.MinorUnits), currency);
        return new SaleRecorded(header, receipt, sold, total, tender == TenderKind.Unspecified ? [] : [new(tender, total)]);
    }

    /// <summary>With and without each of what a line may have besides, by its price.</summary>
    static SaleLine Sold((ProductCode Product, Quantity Quantity, long Amount, long Price, string Text, bool Flag) line, Currency currency)
    {
        var price = new Money(line.Amount, currency);
        var isAdded = line.Flag && line.Amount < ProtocolLimits.AmountMinorMax / 20;
        var (amount, tax) = line.Price % 4 == 0 ? (price, null) : LineTax.Of(new($"R{line.Price % 100}", (int)(line.Price % (TaxRate.HundredthsMax + 1)), !isAdded, (TaxRounding)(1 + (line.Price % 3))), price);
        return new(line.Product, line.Quantity, amount, new(line.Price, currency), line.Price, line.Text.Length == 0 ? null : line.Text, line.Flag)
        {
            Tax = tax,
            Discount = line.Price % 5 == 0 ? new(new(1 + (line.Price % 1000), currency), line.Text, line.Flag ? "eve" : "") : null,
            Override = line.Price % 7 == 0 ? new(new(line.Amount, currency), line.Text, line.Flag ? "eve" : "") : null,
            Pack = line.Price % 3 != 0 || line.Product == SixPack ? null
                : line.Quantity.Thousandths % 6 == 0 ? new(SixPack, new(line.Quantity.Thousandths / 6, Unit.Each), 6000)
                : new(SixPack, line.Quantity, 1000),
        };
    }

    static Entry Void(EntryHeader header, ReceiptNumber receipt, Currency currency, (ProductCode Product, Quantity Quantity, long Amount, long Price, string Text, bool Flag)[] lines, string reason)
    {
        var total = new Money(lines.Sum(line => line.Amount), currency);
        return new SaleVoided(
            header, SoldEntry, receipt, [.. lines.Select(line => new VoidedLine(line.Product, line.Quantity, new(line.Amount, currency)))], total, [new(TenderKind.Card, total)],
            reason.Length == 0 ? "?" : reason, lines[0].Flag ? "eve" : "");
    }

    static Entry Refund(EntryHeader header, ReceiptNumber receipt, Currency currency, (ProductCode Product, Quantity Quantity, long Amount, long Price, string Text, bool Flag)[] lines, string reason)
    {
        var total = new Money(lines.Sum(line => line.Amount), currency);
        return new RefundRecorded(
            header, receipt, [.. lines.Select((line, index) => new RefundLine(
                line.Product, line.Quantity, new(line.Amount, currency), new(line.Price, currency), reason.Length == 0 || line.Flag ? new(SoldEntry, index + 1) : null, line.Text.Length == 0 ? null : line.Text, line.Flag))],
            total, [new(TenderKind.Other, total)], reason);
    }
}
