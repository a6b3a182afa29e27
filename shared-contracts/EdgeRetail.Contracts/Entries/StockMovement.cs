using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>What an entry means for one product's on hand in its store, in thousandths of the stock unit.</summary>
public readonly record struct StockMovement(ProductCode Product, long DeltaThousandths);
