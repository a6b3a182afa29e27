using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>A quantity of one product.</summary>
public sealed record StockLine(ProductCode Product, Quantity Quantity);
