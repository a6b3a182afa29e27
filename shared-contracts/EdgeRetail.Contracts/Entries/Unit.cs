namespace EdgeRetail.Contracts.Entries;

/// <summary>What a quantity counts.</summary>
public enum Unit
{
    Each = 0,
    Kilogram = 1,
    Litre = 2,
    Metre = 3,
}
