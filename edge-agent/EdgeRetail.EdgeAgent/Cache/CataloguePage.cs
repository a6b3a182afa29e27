using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The catalogue's changes after <paramref name="FromVersion"/> through <paramref name="ToVersion"/>, in version order.</summary>
public sealed record CataloguePage(long FromVersion, long ToVersion, FeedHash Hash, IReadOnlyList<ProductRow> Rows)
{
    /// <summary>Of all products at the page's end, as the cloud has them; null before the cloud's head, and from a cloud that does not say.</summary>
    public CatalogueChecksum? Checksum { get; init; }
}
