namespace EdgeRetail.Demo.Sales;

/// <summary>A record of a CSV file and the line it begins on; <see cref="Fault"/> where it is none.</summary>
sealed record CsvRow(int Line, IReadOnlyList<string> Fields, string? Fault);
