using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>One line of a voided sale: what comes back to the stock, and what it was sold for.</summary>
public sealed record VoidedLine(ProductCode Product, Quantity Quantity, Money Amount);
