using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// One line of a receipt. <see cref="Product"/> and <see cref="Quantity"/> are what leaves the stock, also where a pack of it was
/// sold. <see cref="Amount"/> is authoritative: what the customer pays for the line, less its discount and with its tax.
/// <see cref="UnitPrice"/> is what was shown. <see cref="Description"/> is what staff typed, and present where the product was
/// unknown to the device.
/// </summary>
public sealed record SaleLine(ProductCode Product, Quantity Quantity, Money Amount, Money UnitPrice, long PriceVersion = 0, string? Description = null, bool UnknownProduct = false)
{
    public LineTax? Tax { get; init; }

    public LineDiscount? Discount { get; init; }

    public PriceOverride? Override { get; init; }

    public PackSold? Pack { get; init; }

    /// <summary>What was scanned: the pack where one was sold.</summary>
    public ProductCode Sold => Pack?.Product ?? Product;

    /// <summary>As the receipt shows it, and as the unit price is meant: packs where packs were sold.</summary>
    public Quantity SoldQuantity => Pack?.Quantity ?? Quantity;
}
