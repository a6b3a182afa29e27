namespace EdgeRetail.Demo.Sales;

/// <summary>What the columns of a sales file are called. Needed are receipt, product or gtin, quantity, and unitPrice or amount.</summary>
sealed record SalesColumns(
    string Receipt,
    string Quantity,
    string? Product = null,
    string? Gtin = null,
    string? Description = null,
    string? UnitPrice = null,
    string? Amount = null,
    string? Till = null,
    string? Unit = null);
