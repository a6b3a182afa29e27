namespace EdgeRetail.CloudSync.Storage;

/// <summary>The one row whose version numbers the catalogue feed.</summary>
public sealed class CatalogueHeadRow
{
    public required short Singleton { get; init; }

    public long Version { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>The catalogue checksum of the product rows that are not deleted, at <see cref="Version"/>.</summary>
    public required byte[] Checksum { get; set; }
}
