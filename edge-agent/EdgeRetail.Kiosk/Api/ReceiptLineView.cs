namespace EdgeRetail.Kiosk.Api;

/// <summary>One line of a receipt; <see cref="Product"/> is the canonical code, <see cref="Display"/> as people know it.</summary>
public sealed record ReceiptLineView(
    int Line,
    string Product,
    string Display,
    string Name,
    long QuantityThousandths,
    string Unit,
    long UnitPriceMinor,
    long AmountMinor,
    bool Unknown);
