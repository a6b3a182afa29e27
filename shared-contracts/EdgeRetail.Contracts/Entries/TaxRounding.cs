namespace EdgeRetail.Contracts.Entries;

/// <summary>How a computed tax becomes whole minor units. Taxes are never below 0.</summary>
public enum TaxRounding
{
    Unspecified = 0,
    HalfUp = 1,
    HalfEven = 2,
    Down = 3,
}
