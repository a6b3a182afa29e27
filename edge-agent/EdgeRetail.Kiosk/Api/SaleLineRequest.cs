namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// A line to sell. <see cref="Product"/> is what was scanned or typed. Price and amount are what the customer was shown,
/// before a discount and before a tax that is added; without them the device takes its own. <see cref="PriceReason"/> says why it
/// is another price than the catalogue's. <see cref="Unit"/> is needed only where the product is unknown and not sold by the piece.
/// </summary>
public sealed record SaleLineRequest(
    string Product,
    long QuantityThousandths,
    long? UnitPriceMinor = null,
    long? AmountMinor = null,
    string? Description = null,
    bool Unknown = false,
    string? Unit = null,
    DiscountRequest? Discount = null,
    string PriceReason = "");
