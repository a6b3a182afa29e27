using System.Globalization;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A quantity in integer thousandths of its unit.</summary>
public readonly record struct Quantity(long Thousandths, Unit Unit)
{
    public static Quantity Each(long count) => new(checked(count * 1000), Unit.Each);

    /// <summary>Reads what a person typed ("2", "0.375"); false where it is no number, finer than a thousandth or out of bounds.</summary>
    public static bool TryParse(string text, Unit unit, out Quantity quantity)
    {
        quantity = default;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        if (Math.Abs(value) > ProtocolLimits.LineQuantityThousandthsMax / 1000m) return false;
        var scaled = value * 1000m;
        if (scaled != decimal.Truncate(scaled)) return false;
        quantity = new((long)scaled, unit);
        return true;
    }

    /// <summary>In units, for people.</summary>
    public decimal ToDecimal() => Thousandths / 1000m;

    public override string ToString() => ToDecimal().ToString("0.###", CultureInfo.InvariantCulture);
}
