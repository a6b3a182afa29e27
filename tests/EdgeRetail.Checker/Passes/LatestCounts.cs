using EdgeRetail.Checker.Bytes;
using EdgeRetail.Checker.Cloud;

namespace EdgeRetail.Checker.Passes;

/// <summary>The latest merged count of every store and product, and how much it says was there.</summary>
sealed class LatestCounts
{
    const string Sql = $"SELECT {JournalRow.Columns} FROM journal WHERE kind = 29 AND quarantine_code IS NULL";

    readonly Dictionary<(int Store, string Product), (EntryOrder At, long Counted)> latest = [];

    public long Entries { get; private set; }

    public IEnumerable<KeyValuePair<(int Store, string Product), (EntryOrder At, long Counted)>> All => latest;

    public static async Task<LatestCounts> ReadAsync(CloudSnapshot snapshot, CancellationToken cancellationToken)
    {
        var counts = new LatestCounts();
        var body = new EntryBody();
        var counted = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var rows = await snapshot.CursorAsync(Sql, JournalRow.Read, cancellationToken);
        for (; rows.HasRow; await rows.MoveAsync(cancellationToken))
        {
            counted.Clear();
            if (!body.Read(rows.Row.Bytes) || !body.AddCounts(counted)) continue;
            counts.Entries++;
            var at = EntryOrder.Of(rows.Row);
            foreach (var (product, quantity) in counted)
            {
                if (!counts.latest.TryGetValue((rows.Row.StoreId, product), out var before) || before.At.CompareTo(at) < 0) counts.latest[(rows.Row.StoreId, product)] = (at, quantity);
            }
        }

        return counts;
    }

    /// <summary>Whether the product was ever counted in the store.</summary>
    public bool Has(int store, string product) => latest.ContainsKey((store, product));

    /// <summary>Whether what moved then was seen by whoever counted last.</summary>
    public bool Saw(int store, string product, EntryOrder movement) => latest.TryGetValue((store, product), out var count) && count.At.CompareTo(movement) > 0;
}
