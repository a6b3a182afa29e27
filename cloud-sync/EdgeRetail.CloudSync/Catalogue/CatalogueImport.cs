namespace EdgeRetail.CloudSync.Catalogue;

/// <summary>
/// Brings the products of a file into the catalogue, in commits of at most <see cref="CommitRows"/> changed rows: devices get the
/// first ones while the rest is still read, and an import that is stopped has imported what it committed. A row that is
/// equal already writes nothing, so that running the same file again costs devices nothing.
/// </summary>
sealed class CatalogueImport(CatalogueStore store)
{
    public const int CommitRows = 1_000;

    /// <summary>Bad rows kept for the answer; all of them go to <c>onBad</c>.</summary>
    public const int BadRowsShown = 50;

    readonly List<CatalogueRow> read = [];
    readonly List<CatalogueRow> changed = [];
    readonly SortedDictionary<string, long> badByCode = new(StringComparer.Ordinal);
    readonly List<CatalogueRowReading.Bad> badRows = [];
    long rows;
    long accepted;
    long imported;
    int commits;

    public async Task<CatalogueImportResult> RunAsync(IAsyncEnumerable<CatalogueRowReading> file, Action<CatalogueRowReading.Bad> onBad, Action<long> onProgress, CancellationToken cancellationToken)
    {
        var versionBefore = await store.VersionAsync(cancellationToken);
        await foreach (var reading in file.WithCancellation(cancellationToken))
        {
            rows++;
            switch (reading)
            {
                case CatalogueRowReading.Accepted accepted:
                    await TakeAsync(accepted.Row, cancellationToken);
                    break;
                case CatalogueRowReading.Bad bad:
                    Keep(bad);
                    onBad(bad);
                    break;
            }

            if (rows % 10_000 == 0) onProgress(rows);
        }

        await CompareAsync(cancellationToken);
        await CommitAsync(cancellationToken);
        return new(rows, imported, Unchanged: accepted - imported, badRows, badByCode, commits, versionBefore, await store.VersionAsync(cancellationToken));
    }

    async Task TakeAsync(CatalogueRow row, CancellationToken cancellationToken)
    {
        accepted++;
        read.Add(row);
        if (read.Count == CommitRows) await CompareAsync(cancellationToken);
    }

    async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (read.Count == 0) return;
        foreach (var row in await store.ChangedAsync(read, cancellationToken))
        {
            changed.Add(row);
            if (changed.Count == CommitRows) await CommitAsync(cancellationToken);
        }

        read.Clear();
    }

    async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (changed.Count == 0) return;
        var commit = await store.CommitAsync(changed, cancellationToken);
        imported += commit.Rows;
        if (commit.Rows > 0) commits++;
        changed.Clear();
    }

    void Keep(CatalogueRowReading.Bad bad)
    {
        badByCode[bad.Code] = badByCode.GetValueOrDefault(bad.Code) + 1;
        if (badRows.Count < BadRowsShown) badRows.Add(bad);
    }
}
