using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Makes a line of a receipt from what staff typed and what the catalogue says. Pure.</summary>
static class LineDraft
{
    /// <summary>Why the line is refused; null, and the line, where it is not.</summary>
    public static CommandResult.Refused? Resolve(SaleDraftLine draft, CachedProduct? product, Unit contentUnit, LineApproval approval, out SaleLine line)
    {
        line = new(draft.Product, draft.Quantity, default, default);
        if (draft.Product.Value.Length == 0) return Refusals.Of(new("PRODUCT_CODE_EMPTY", "A line names no product."));
        if (product is null && !draft.Unknown) return Refusals.UnknownProduct(draft.Product);
        if (product is null && string.IsNullOrWhiteSpace(draft.Description)) return Refusals.DescriptionMissing(draft.Product);
        if (UnitOf(draft.Quantity, product) is not { } quantity) return Refusals.UnitDiffers(draft.Product, product!.Unit);
        if ((draft.UnitPrice ?? (draft.Amount is null ? product?.Price : null) ?? (draft.Amount is { } whole ? LineAmounts.UnitPrice(whole, quantity) : null)) is not { } unitPrice)
            return Refusals.PriceMissing(draft.Product);

        // A page sends along the price it showed: while that is still the catalogue's, it is of the catalogue's version.
        var price = draft.Amount ?? LineAmounts.Amount(unitPrice, quantity);
        var fromCatalogue = unitPrice == product?.Price && price == LineAmounts.Amount(unitPrice, quantity);
        if (Discounted(draft, price, approval.Approver, out var discount) is { } noDiscount) return noDiscount;
        var net = price with { MinorUnits = price.MinorUnits - (discount?.Amount.MinorUnits ?? 0) };
        var usual = product is null ? price : LineAmounts.Amount(product.Price, quantity);
        if (approval.IsMissing(usual, net)) return Refusals.ApproverMissing(draft.Product, usual, net);
        var (amount, tax) = product?.Tax is { } rate ? LineTax.Of(rate, net) : (net, null);
        if (Unpacked(draft.Product, quantity, product, contentUnit, out var inside, out var pack) is { } broken) return broken;
        line = new(
            inside.Product, inside.Quantity, amount, unitPrice, fromCatalogue ? product!.Version : 0,
            string.IsNullOrEmpty(draft.Description) ? null : draft.Description, product is null)
        {
            Tax = tax,
            Discount = discount,
            Override = product is null || fromCatalogue ? null : new(product.Price, draft.PriceReason, approval.Approver),
            Pack = pack,
        };
        return null;
    }

    /// <summary>What of the stock a quantity of a product is: of a pack, what is within.</summary>
    public static CommandResult.Refused? Unpacked(ProductCode code, Quantity quantity, CachedProduct? product, Unit contentUnit, out StockLine inside, out PackSold? pack)
    {
        (inside, pack) = (new(code, quantity), null);
        if (product?.Pack is not { } content) return null;
        if (PackSold.Content(quantity.Thousandths, content.Thousandths) is not { } thousandths) return Refusals.PackBroken(code, quantity);
        // What passes 64 bits comes out just within them, for the rules to name.
        inside = new(content.Product, new((long)Int128.Clamp(thousandths, long.MinValue, long.MaxValue), contentUnit));
        pack = new(code, quantity, content.Thousandths);
        return null;
    }

    static CommandResult.Refused? Discounted(SaleDraftLine draft, Money price, string approver, out LineDiscount? discount)
    {
        discount = null;
        if (draft.Discount is not { } wanted) return null;
        if (wanted.Amount is null == wanted.Hundredths is null || wanted.Hundredths is < 1 or > 10_000 || wanted.Amount is { MinorUnits: <= 0 }) return Refusals.DiscountInvalid(draft.Product);
        if (wanted.Amount is { } given && given.Currency != price.Currency) return Refusals.Of(new("CURRENCY_MIXED", "All amounts of an entry are in one currency."));
        var amount = wanted.Amount ?? LineAmounts.Share(price, wanted.Hundredths!.Value);
        if (amount.MinorUnits > Math.Max(0, price.MinorUnits)) return Refusals.DiscountExceedsPrice(draft.Product, amount, price);
        // A share of very little is nothing, and nothing was taken off.
        if (amount.MinorUnits > 0) discount = new(amount, wanted.Reason, approver);
        return null;
    }

    /// <summary>The quantity in the product's unit; "each" is what one types without thinking of units. Null where another unit was meant.</summary>
    public static Quantity? UnitOf(Quantity quantity, CachedProduct? product) =>
        product is null || product.Unit == quantity.Unit ? quantity
        : quantity.Unit == Unit.Each ? quantity with { Unit = product.Unit }
        : null;
}
