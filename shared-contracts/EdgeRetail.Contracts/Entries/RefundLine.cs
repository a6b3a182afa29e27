using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>One returned line; <see cref="SaleLine"/> names the sold one, null means "without receipt".</summary>
public sealed record RefundLine(ProductCode Product, Quantity Quantity, Money Amount, Money UnitPrice, SoldLine? SaleLine, string? Description = null, bool UnknownProduct = false);
