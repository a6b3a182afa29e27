using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// What own counts adjust while they are pending: what leads from the view before them to what was counted, fixed at commit.
/// Where an own entry leaves by another figure than was shown, the next pending count of that product takes the difference:
/// whoever counted saw what came of it. Against another cache they are fixed anew.
/// </summary>
static class PendingCounts
{
    // "kind = 29" is the index's own condition, word for word.
    const string ReadCountsSql = "SELECT position, bytes FROM entry WHERE kind = 29 AND position > $after AND store_id = $store ORDER BY position";
    const string ReadPendingCountsSql = """
        SELECT p.position, p.product, p.adjustment FROM entry e JOIN pending_row p ON p.position = e.position
        WHERE e.kind = 29 AND e.position > $after ORDER BY p.position, p.product
        """;
    const string ReadNamedSql = """
        SELECT e.entry_id, p.position, p.product, p.adjustment FROM json_each($ids) AS named
        CROSS JOIN entry e ON e.entry_id = unhex(named.value) JOIN pending_row p ON p.position = e.position WHERE e.position > $after
        """;
    const string ReadCachedSql = "SELECT on_hand FROM cache_stock WHERE generation = $generation AND store_id = $store AND product = $product";
    const string ReadBeforeSql = """
        SELECT coalesce(sum(adjustment), 0) FROM pending_row WHERE store_id = $store AND product = $product AND position > $after AND position < $position
        """;
    const string AdjustSql = "UPDATE pending_row SET adjustment = $adjustment WHERE position = $position AND product = $product";

    /// <summary>What an entry at a position adjusts: its movements, or for a count what leads from the view before it to what was counted.</summary>
    public static IReadOnlyList<StockMovement> Adjustments(WriteTransaction tx, int generation, long coveredThrough, StoreId store, long position, Entry entry) =>
        entry is StockCounted
            ? [.. StockCounts.Of(entry).Select(count => new StockMovement(count.Product, StockView.Adjustment(ViewBefore(tx, generation, coveredThrough, store, position, count.Product), count.CountedThousandths)))]
            : StockMovements.Of(entry);

    /// <summary>Fixes the pending counts of a store behind a position anew, in their order.</summary>
    public static void FixAnew(WriteTransaction tx, int generation, long coveredThrough, StoreId store)
    {
        var counts = new List<(long Position, Entry Entry)>();
        using (var rows = tx.Prepare(ReadCountsSql))
        {
            rows.Bind("$after", coveredThrough).Bind("$store", store.Value);
            while (rows.Step())
            {
                if (EntryCodec.Decode(rows.Blob(1).ToArray()) is EntryDecoding.Decoded { Entry: StockCounted counted }) counts.Add((rows.Int64(0), counted));
            }
        }

        // A count that is not pending has no rows, and nothing of it is changed.
        foreach (var (position, entry) in counts)
        {
            foreach (var (product, adjustment) in Adjustments(tx, generation, coveredThrough, store, position, entry)) Adjust(tx, position, product, adjustment);
        }
    }

    /// <summary>
    /// Before a page's own entries leave: what each of them leaves by otherwise than it was shown goes to the next pending count
    /// of the product, which may leave with the same page.
    /// </summary>
    public static void TakeDifferences(WriteTransaction tx, DeviceState state, IReadOnlyList<EffectRow> rows)
    {
        if (rows.Count == 0 || state.PendingCount == 0) return;
        var counts = ReadCounts(tx, state);
        if (counts.Count == 0) return;
        var before = new Dictionary<(long Position, ProductCode Product), long>(counts);
        var own = ReadNamed(tx, state, rows);
        foreach (var row in rows)
        {
            if (!own.TryGetValue(row.Entry, out var entry)) continue;
            foreach (var (product, shown) in entry.Adjustments)
            {
                // What stands in quarantine does nothing to any product.
                if (row.Product is { } moved && moved != product) continue;
                var was = counts.GetValueOrDefault((entry.Position, product), shown);
                var difference = StockView.Adjustment(row.Product is null ? 0 : row.DeltaThousandths, was);
                if (difference != 0 && Next(counts, entry.Position, product) is { } next) counts[next] = StockView.OnHand(counts[next], difference);
            }
        }

        foreach (var ((position, product), adjustment) in counts.Where(count => before[count.Key] != count.Value)) Adjust(tx, position, product, adjustment);
    }

    static (long Position, ProductCode Product)? Next(SortedDictionary<(long Position, ProductCode Product), long> counts, long position, ProductCode product)
    {
        foreach (var key in counts.Keys)
        {
            if (key.Position > position && key.Product == product) return key;
        }

        return null;
    }

    static SortedDictionary<(long Position, ProductCode Product), long> ReadCounts(WriteTransaction tx, DeviceState state)
    {
        var counts = new SortedDictionary<(long Position, ProductCode Product), long>();
        using var rows = tx.Prepare(ReadPendingCountsSql);
        rows.Bind("$after", state.CoveredThrough);
        while (rows.Step())
        {
            if (rows.Text(1).Length > 0) counts[(rows.Int64(0), ProductCode.Parse(rows.Text(1)))] = rows.Int64(2);
        }

        return counts;
    }

    static Dictionary<EntryId, (long Position, List<StockMovement> Adjustments)> ReadNamed(WriteTransaction tx, DeviceState state, IReadOnlyList<EffectRow> rows)
    {
        var own = new Dictionary<EntryId, (long Position, List<StockMovement> Adjustments)>();
        using var named = tx.Prepare(ReadNamedSql);
        named.Bind("$after", state.CoveredThrough).Bind("$ids", PendingTable.Ids(rows.Select(row => row.Entry).Distinct()));
        while (named.Step())
        {
            if (named.Text(2).Length == 0) continue;
            var id = EntryId.Read(named.Blob(0));
            if (!own.TryGetValue(id, out var entry)) own.Add(id, entry = (named.Int64(1), []));
            entry.Adjustments.Add(new(ProductCode.Parse(named.Text(2)), named.Int64(3)));
        }

        return own;
    }

    static long ViewBefore(WriteTransaction tx, int generation, long coveredThrough, StoreId store, long position, ProductCode product)
    {
        long cached;
        using (var row = tx.Prepare(ReadCachedSql)) cached = row.Bind("$generation", generation).Bind("$store", store.Value).Bind("$product", product.Value).Step() ? row.Int64(0) : 0;
        using var before = tx.Prepare(ReadBeforeSql);
        before.Bind("$store", store.Value).Bind("$product", product.Value).Bind("$after", coveredThrough).Bind("$position", position);
        return StockView.OnHand(cached, before.Step() ? before.Int64(0) : 0);
    }

    static void Adjust(WriteTransaction tx, long position, ProductCode product, long adjustment)
    {
        using var adjust = tx.Prepare(AdjustSql);
        adjust.Bind("$position", position).Bind("$product", product.Value).Bind("$adjustment", adjustment).Run();
    }
}
