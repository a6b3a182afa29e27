using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>A product of the cached catalogue.</summary>
sealed record CachedProduct(ProductCode Code, string Name, string Brand, string Size, Money Price, Unit Unit, long Version);
