using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// One line as staff made it. Without a unit price the catalogue's is taken, without an amount it is price times quantity; an
/// amount alone is authoritative and gives the unit price. Price and amount are before a discount, and before a tax that the
/// price does not hold. <paramref name="Unknown"/> sells a product that the device does not know.
/// </summary>
public sealed record SaleDraftLine(ProductCode Product, Quantity Quantity, Money? UnitPrice = null, Money? Amount = null, string? Description = null, bool Unknown = false)
{
    public DiscountDraft? Discount { get; init; }

    /// <summary>Why the price is another than the catalogue's; may be empty.</summary>
    public string PriceReason { get; init; } = "";
}
