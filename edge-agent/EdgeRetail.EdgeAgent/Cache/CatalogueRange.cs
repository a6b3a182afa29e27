using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The cached products after one code through another (empty: to the end), as their checksum.</summary>
public sealed record CatalogueRange(string AfterKey, string LastKey, CatalogueChecksum Checksum);
