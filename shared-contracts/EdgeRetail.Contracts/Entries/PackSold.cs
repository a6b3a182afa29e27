using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>
/// What was sold as a whole and counts in the stock as what is within: <paramref name="Quantity"/> packs of
/// <paramref name="ContentThousandths"/> each of the line's product. The line's unit price is of one pack.
/// </summary>
public sealed record PackSold(ProductCode Product, Quantity Quantity, long ContentThousandths)
{
    /// <summary>What so many packs hold, in thousandths; null where that is no whole number of them.</summary>
    public static Int128? Content(long packThousandths, long contentThousandths)
    {
        var (whole, rest) = Int128.DivRem((Int128)packThousandths * contentThousandths, 1000);
        return rest == 0 ? whole : null;
    }
}
