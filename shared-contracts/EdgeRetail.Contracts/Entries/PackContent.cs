using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Entries;

/// <summary>What the catalogue says is in a pack: so many thousandths of another product, in that product's unit.</summary>
public sealed record PackContent(ProductCode Product, long Thousandths);
