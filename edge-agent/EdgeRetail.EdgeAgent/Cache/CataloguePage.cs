using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The catalogue's changes after <paramref name="FromVersion"/> through <paramref name="ToVersion"/>, in version order.</summary>
public sealed record CataloguePage(long FromVersion, long ToVersion, FeedHash Hash, IReadOnlyList<ProductRow> Rows);
