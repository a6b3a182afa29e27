namespace EdgeRetail.Contracts.Entries;

/// <summary>What of a catalogue row a store may have a value of its own for. Prices are not among them: they come by price lists.</summary>
public enum ProductField
{
    Unspecified = 0,
    Name = 1,
    Brand = 2,
    Size = 3,
}
