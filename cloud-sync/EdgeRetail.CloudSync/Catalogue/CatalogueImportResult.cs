namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>What became of a file's rows: every one is imported, unchanged or bad.</summary>
sealed record CatalogueImportResult(
    long Rows,
    long Imported,
    long Unchanged,
    IReadOnlyList<CatalogueRowReading.Bad> BadRows,
    IReadOnlyDictionary<string, long> BadByCode,
    int Commits,
    long VersionBefore,
    long VersionAfter)
{
    public long Bad => BadByCode.Values.Sum();
}
