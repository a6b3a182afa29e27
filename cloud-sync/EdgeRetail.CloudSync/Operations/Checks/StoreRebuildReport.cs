namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What the journal of a store makes, where the tables differ (the first ones in words), and whether they were replaced.</summary>
public sealed record StoreRebuildReport(
    int StoreId,
    string Name,
    long Version,
    long Entries,
    long Effects,
    int Products,
    long Differences,
    IReadOnlyList<string> FirstDifferences,
    bool Written);
