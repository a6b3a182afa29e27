namespace EdgeRetail.Kiosk.Api;

/// <summary>One line of a receipt as it was sold, the amount less its discount and with its tax; <see cref="Product"/> is the canonical code, <see cref="Display"/> as people know it.</summary>
public sealed record ReceiptLineView(
    int Line,
    string Product,
    string Display,
    string Name,
    long QuantityThousandths,
    string Unit,
    long UnitPriceMinor,
    long AmountMinor,
    bool Unknown)
{
    public TaxView? Tax { get; init; }

    public DiscountView? Discount { get; init; }

    public OverrideView? Override { get; init; }

    public ContentView? Content { get; init; }
}
