namespace EdgeRetail.CloudSync.Storage;

/// <summary>One commit of the catalogue feed: its last version and the feed hash there.</summary>
public sealed class CatalogueCommitRow
{
    public required long Version { get; init; }

    public required byte[] Hash { get; init; }

    public required int RowCount { get; init; }

    public required long CommittedAtMs { get; init; }
}
