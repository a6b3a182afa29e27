namespace EdgeRetail.Demo.Sales;

/// <summary>
/// A line that the platform can take. Quantity and amount have the file's sign; <see cref="Product"/> is the code as it is
/// scanned. A fee is no goods and in no catalogue.
/// </summary>
sealed record FileLine(int Number, LineKind Kind, string Product, long QuantityThousandths, long AmountMinor, long UnitPriceMinor, string Description, bool IsFee, string? Unit);
