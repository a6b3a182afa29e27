using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.Tests.Operations;

/// <summary>A device that writes receipts as a real one does: numbered without a gap.</summary>
public sealed class Till(TestDevice device, string code)
{
    static readonly Currency Euro = Currency.Parse("EUR");

    int receipts;

    public TestDevice Device => device;

    public string Code => code;

    public EncodedEntry Sell(params (string Product, decimal Quantity, long Minor)[] lines) =>
        device.Append(new SaleRecorded(device.NextHeader(), NextReceipt(), [.. lines.Select(line => new SaleLine(Product(line.Product), Each(line.Quantity), Money(line.Minor), Money(line.Minor)))], Sum(lines), [new Tender(TenderKind.Cash, Sum(lines))]));

    /// <summary>Two packs of six at a price of their own, less a discount, with the tax in it, and a line whose tax was added; by card and cash, with change.</summary>
    public EncodedEntry SellPacks(string content, string other) =>
        device.Append(new SaleRecorded(
            device.NextHeader(), NextReceipt(),
            [
                new SaleLine(Product(content), Each(12), Money(1440), Money(740), 0)
                {
                    Tax = new(new("DE19", 1900, Inclusive: true, TaxRounding.HalfUp), Money(230)), Discount = new(Money(40), "dented box", ""), Override = new(Money(700), "shelf label", "eve"),
                    Pack = new(Product("PACK-6"), Each(2), 6000),
                },
                new SaleLine(Product(other), Each(1), Money(267), Money(249)) { Tax = new(new("US7", 725, Inclusive: false, TaxRounding.HalfEven), Money(18)) },
            ],
            Money(1707), [new(TenderKind.Card, Money(1000)), new(TenderKind.Cash, Money(1000)), new(TenderKind.Cash, Money(-293))]));

    public EncodedEntry SellUnknown(string product, string description, long minor) =>
        device.Append(new SaleRecorded(device.NextHeader(), NextReceipt(), [new SaleLine(Product(product), Each(1), Money(minor), Money(minor), 0, description, UnknownProduct: true)], Money(minor), []));

    public EncodedEntry Refund(EncodedEntry sale, string product, decimal quantity, long minor) =>
        device.Append(new RefundRecorded(device.NextHeader(), NextReceipt(), [new RefundLine(Product(product), Each(quantity), Money(minor), Money(minor), new SoldLine(sale.Id, 1))], Money(minor), [new Tender(TenderKind.Cash, Money(minor))], "changed their mind"));

    public EncodedEntry Void(EncodedEntry sale, params (string Product, decimal Quantity, long Minor)[] lines) =>
        device.Append(new SaleVoided(device.NextHeader(), sale.Id, new(code, "1", 1), [.. lines.Select(line => new VoidedLine(Product(line.Product), Each(line.Quantity), Money(line.Minor)))], Sum(lines), [new Tender(TenderKind.Cash, Sum(lines))], "wrong basket", "eve"));

    public EncodedEntry Receive(string reference, params (string Product, decimal Quantity)[] lines) =>
        device.Append(new GoodsReceived(device.NextHeader(), reference, [.. lines.Select(line => new StockLine(Product(line.Product), Each(line.Quantity)))]));

    public EncodedEntry Adjust(string product, decimal delta) =>
        device.Append(new StockAdjusted(device.NextHeader(), Product(product), Each(delta), AdjustmentReason.Damaged, "fell from the shelf"));

    public EncodedEntry Waste(string product, decimal quantity, WasteReason reason = WasteReason.OwnUse) =>
        device.Append(new StockWasted(device.NextHeader(), Product(product), Each(quantity), reason, "for the tasting"));

    public EncodedEntry MoveCash(long minor) => device.Append(new CashMoved(device.NextHeader(), CashMovementKind.Drop, Money(minor), "to the safe"));

    public EncodedEntry Edit(string product, string? name, params EntryId[] basedOn) =>
        device.Append(new ProductEdited(device.NextHeader(), Product(product), ProductField.Name, name, basedOn));

    /// <summary>Bytes that are no entry.</summary>
    public EncodedEntry Poison() => device.Append([0xFF, 0xFF, 0xFF, (byte)device.LastSequence]);

    /// <summary>A receipt number goes missing.</summary>
    public void SkipReceipt() => receipts++;

    /// <summary>The next receipt bears the last one's number.</summary>
    public void RepeatReceipt() => receipts--;

    ReceiptNumber NextReceipt() => new(code, "1", ++receipts);

    static ProductCode Product(string text) => ((ProductCodeReading.Accepted)ProductCode.Read(text)).Code;

    static Quantity Each(decimal quantity) => new((long)(quantity * 1000), Unit.Each);

    static Money Money(long minor) => new(minor, Euro);

    static Money Sum((string Product, decimal Quantity, long Minor)[] lines) => Money(lines.Sum(line => line.Minor));
}
