namespace EdgeRetail.Contracts.Entries;

/// <summary>A rate of tax as the catalogue names it: hundredths of a percent (1900 is 19 %), within the shown price or added to it.</summary>
public sealed record TaxRate(string Id, int Hundredths, bool Inclusive, TaxRounding Rounding)
{
    public const int IdCharactersMax = 16;

    /// <summary>100 %: no tax on goods is above it, and the arithmetic stays within 64 bits.</summary>
    public const int HundredthsMax = 10_000;

    /// <summary>Whether it can be computed with.</summary>
    public bool IsValid =>
        Id.Length is > 0 and <= IdCharactersMax && EntryRules.Text("tax rate", Id) is null && Hundredths is >= 0 and <= HundredthsMax && Rounding is TaxRounding.HalfUp or TaxRounding.HalfEven or TaxRounding.Down;

    /// <summary>
    /// The tax of an amount at or above 0 in minor units: what is within it where the rate is inclusive, else what is added to it.
    /// </summary>
    public long Of(long minorUnits)
    {
        var numerator = (Int128)minorUnits * Hundredths;
        var denominator = Inclusive ? 10_000 + Hundredths : 10_000;
        var (whole, rest) = Int128.DivRem(numerator, denominator);
        var up = Rounding switch
        {
            TaxRounding.HalfUp => 2 * rest >= denominator,
            TaxRounding.HalfEven => 2 * rest > denominator || (2 * rest == denominator && Int128.IsOddInteger(whole)),
            _ => false,
        };
        return (long)(up ? whole + 1 : whole);
    }
}
