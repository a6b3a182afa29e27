using Npgsql;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>Makes the read models of stores from nothing but their journals, compares them with the tables, and replaces those where asked to.</summary>
public sealed class Rebuild(NpgsqlDataSource database, TimeProvider clock)
{
    public async Task<IReadOnlyList<StoreRebuildReport>> RunAsync(int? storeId, bool write, Action<string> onProgress, CancellationToken cancellationToken)
    {
        var reports = new List<StoreRebuildReport>();
        await using (var snapshot = await Snapshot.TakeAsync(database, cancellationToken))
        {
            foreach (var (id, name) in await StoreTables.StoresAsync(snapshot.Connection, storeId, cancellationToken))
            {
                onProgress($"Rebuilding store {id}, {name}");
                var differences = new Violations();
                var result = await StoreComparison.CompareAsync(snapshot, id, differences, cancellationToken);
                reports.Add(new(
                    id, name, result.Version, result.Entries, result.Effects, result.Products, differences.Total,
                    [.. differences.Of(Invariants.StockIsTheFold), .. differences.Of(Invariants.GapFreeFeeds), .. differences.Of(Invariants.EditsConverge)], Written: false));
            }
        }

        if (!write) return reports;
        var models = new ReadModels(database, clock);
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i].Differences == 0) continue;
            onProgress($"Writing store {reports[i].StoreId}, {reports[i].Name}");
            await models.RebuildAsync(reports[i].StoreId, cancellationToken);
            reports[i] = reports[i] with { Written = true };
        }

        return reports;
    }
}
