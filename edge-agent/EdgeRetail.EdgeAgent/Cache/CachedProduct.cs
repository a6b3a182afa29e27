using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>A product of the cached catalogue. <paramref name="Pack"/> is what it holds, where it is a pack of another product.</summary>
sealed record CachedProduct(ProductCode Code, string Name, string Brand, string Size, Money Price, Unit Unit, long Version, TaxRate? Tax = null, PackContent? Pack = null);
