namespace EdgeRetail.Checker.Bytes;

/// <summary>One line of any kind of entry. Amounts are 0 where the kind has none.</summary>
public readonly record struct EntryLine(string Product, long QuantityThousandths, int Unit, long AmountMinor, long UnitPriceMinor, bool NamesSoldLine, bool Unknown, string Description)
{
    public LineTax? Tax { get; init; }

    /// <summary>What was taken off; null where the line says nothing of a discount.</summary>
    public long? DiscountMinor { get; init; }

    /// <summary>The price that was overridden; null where none was.</summary>
    public long? OldUnitPriceMinor { get; init; }

    public LinePack? Pack { get; init; }
}
