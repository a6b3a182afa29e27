namespace EdgeRetail.CloudSync.Storage;

/// <summary>The one row whose version numbers the catalogue feed.</summary>
public sealed class CatalogueHeadRow
{
    public required short Singleton { get; init; }

    public long Version { get; set; }

    public required byte[] Hash { get; set; }
}
