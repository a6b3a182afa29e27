namespace EdgeRetail.Kiosk.Api;

/// <summary>A line to take back: <see cref="SoldOn"/> and <see cref="SoldLine"/> name the sold line, without them it is "without receipt".</summary>
public sealed record RefundLineRequest(
    string Product,
    long QuantityThousandths,
    string? SoldOn = null,
    int? SoldLine = null,
    long? UnitPriceMinor = null,
    long? AmountMinor = null,
    string? Description = null,
    bool Unknown = false,
    string? Unit = null);
