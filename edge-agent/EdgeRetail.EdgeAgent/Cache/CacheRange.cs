using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The cached stock rows after one key through another (empty: to the end), as their checksum.</summary>
public sealed record CacheRange(string AfterKey, string LastKey, StockChecksum Checksum);
