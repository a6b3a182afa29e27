using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>One line of a receipt as it was sold; <paramref name="Refunded"/> is what of it this device took back so far, in the same measure.</summary>
public sealed record ReceiptLineView(int Number, ProductCode Product, string Name, Quantity Quantity, Money UnitPrice, Money Amount, bool UnknownProduct, SoldLine? SaleLine, Quantity Refunded)
{
    public LineTax? Tax { get; init; }

    public LineDiscount? Discount { get; init; }

    public PriceOverride? Override { get; init; }

    /// <summary>What left the stock, where a pack was sold.</summary>
    public StockLine? Content { get; init; }
}
