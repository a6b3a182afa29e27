using System.Globalization;

namespace EdgeRetail.Contracts.Entries;

/// <summary>An amount in integer minor units. Arithmetic is checked.</summary>
public readonly record struct Money(long MinorUnits, Currency Currency)
{
    /// <summary>Reads what a person typed ("3.49"); false where it is no number or has more digits than the currency.</summary>
    public static bool TryParse(string text, Currency currency, out Money money)
    {
        money = default;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return false;
        if (Math.Abs(value) > ProtocolLimits.AmountMinorMax) return false;
        var scaled = value * Scale(currency);
        if (scaled != decimal.Truncate(scaled) || Math.Abs(scaled) > ProtocolLimits.AmountMinorMax) return false;
        money = new((long)scaled, currency);
        return true;
    }

    /// <summary>Major units, for people.</summary>
    public decimal ToDecimal() => MinorUnits / Scale(Currency);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{ToDecimal().ToString("F" + Currency.MinorDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)} {Currency}");

    static decimal Scale(Currency currency) => currency.MinorDigits switch { 0 => 1m, 3 => 1000m, _ => 100m };
}
