using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Makes a line of a receipt from what staff typed and what the catalogue says. Pure.</summary>
static class LineDraft
{
    /// <summary>Why the line is refused; null, and the line, where it is not.</summary>
    public static CommandResult.Refused? Resolve(SaleDraftLine draft, CachedProduct? product, out SaleLine line)
    {
        line = new(draft.Product, draft.Quantity, default, default);
        if (draft.Product.Value.Length == 0) return Refusals.Of(new("PRODUCT_CODE_EMPTY", "A line names no product."));
        if (product is null && !draft.Unknown) return Refusals.UnknownProduct(draft.Product);
        if (product is null && string.IsNullOrWhiteSpace(draft.Description)) return Refusals.DescriptionMissing(draft.Product);
        if (UnitOf(draft.Quantity, product) is not { } quantity) return Refusals.UnitDiffers(draft.Product, product!.Unit);
        if ((draft.UnitPrice ?? (draft.Amount is null ? product?.Price : null) ?? (draft.Amount is { } whole ? LineAmounts.UnitPrice(whole, quantity) : null)) is not { } unitPrice)
            return Refusals.PriceMissing(draft.Product);

        // A page sends along the price it showed: while that is still the catalogue's, it is of the catalogue's version.
        var amount = draft.Amount ?? LineAmounts.Amount(unitPrice, quantity);
        var fromCatalogue = unitPrice == product?.Price && amount == LineAmounts.Amount(unitPrice, quantity);
        line = new(
            draft.Product, quantity, amount, unitPrice, fromCatalogue ? product!.Version : 0,
            string.IsNullOrEmpty(draft.Description) ? null : draft.Description, product is null);
        return null;
    }

    /// <summary>The quantity in the product's unit; "each" is what one types without thinking of units. Null where another unit was meant.</summary>
    public static Quantity? UnitOf(Quantity quantity, CachedProduct? product) =>
        product is null || product.Unit == quantity.Unit ? quantity
        : quantity.Unit == Unit.Each ? quantity with { Unit = product.Unit }
        : null;
}
