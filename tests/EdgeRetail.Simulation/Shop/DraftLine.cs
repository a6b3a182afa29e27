using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Shop;

/// <summary>A quantity of a product, in thousandths, and its price.</summary>
readonly record struct DraftLine(ProductCode Product, long Thousandths, long PriceMinor);
