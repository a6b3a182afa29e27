using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>What a count says of one product's on hand in its store, in thousandths of the stock unit.</summary>
public readonly record struct StockCount(ProductCode Product, long CountedThousandths);
