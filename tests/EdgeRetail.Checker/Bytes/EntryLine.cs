namespace EdgeRetail.Checker.Bytes;

/// <summary>One line of any kind of entry. Amounts are 0 where the kind has none.</summary>
public readonly record struct EntryLine(string Product, long QuantityThousandths, int Unit, long AmountMinor, long UnitPriceMinor, bool NamesSoldLine, bool Unknown, string Description);
