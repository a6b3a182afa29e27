namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>What the cloud last said about products and stock. Pages are applied with their cursor, or not at all.</summary>
public sealed class CacheStore
{
    /// <summary>Applies a page of the store feed: figures, coverage of own entries and cursor in one transaction.</summary>
    public PageOutcome ApplyStorePage(StorePage page) => throw new NotSupportedException();

    /// <summary>Applies a page of the catalogue feed with its cursor in one transaction.</summary>
    public PageOutcome ApplyCataloguePage(CataloguePage page) => throw new NotSupportedException();
}
