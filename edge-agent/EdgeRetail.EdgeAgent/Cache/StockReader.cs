using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Reads the stock view of a store: cache + Σ pending, product by product.</summary>
static class StockReader
{
    const string PendingSql = "SELECT coalesce(sum(adjustment), 0) FROM pending WHERE store_id = $store AND product = $product";

    // Each arm gives at most the first so many products, so that the whole is never built for a part.
    const string PageSql = """
        SELECT f.product, sum(f.cached), sum(f.pending), p.name, p.unit
        FROM (SELECT * FROM (SELECT product, on_hand AS cached, 0 AS pending FROM cache_stock WHERE generation = (SELECT stock_generation FROM identity WHERE singleton = 1) AND store_id = $store AND product > $after ORDER BY product LIMIT $limit)
              UNION ALL
              SELECT * FROM (SELECT product, 0 AS cached, sum(adjustment) AS pending FROM pending WHERE store_id = $store AND product > $after GROUP BY product ORDER BY product LIMIT $limit)) f
        LEFT JOIN cache_product p ON p.code = f.product
        GROUP BY f.product ORDER BY f.product LIMIT $limit
        """;

    const string PendingEntriesSql = """
        SELECT p.position, e.entry_id, e.kind, p.adjustment, CASE WHEN e.kind = 29 THEN e.bytes END
        FROM pending p JOIN entry e ON e.position = p.position
        WHERE p.store_id = $store AND p.product = $product ORDER BY p.position LIMIT $limit
        """;
    const string CountPendingSql = "SELECT count(*) FROM pending WHERE store_id = $store AND product = $product";

    /// <summary>The own entries that are pending for a product, the first so many, and how many there are.</summary>
    public static (IReadOnlyList<PendingEntry> Entries, long Count) PendingEntries(Connection snapshot, StoreId store, ProductCode product, int limit)
    {
        var entries = new List<PendingEntry>();
        using (var rows = snapshot.Prepare(PendingEntriesSql))
        {
            rows.Bind("$store", store.Value).Bind("$product", product.Value).Bind("$limit", limit);
            while (rows.Step())
            {
                var id = EntryId.Read(rows.Blob(1));
                long? counted = !rows.IsNull(4) && EntryCodec.Decode(rows.Blob(4).ToArray()) is EntryDecoding.Decoded { Entry: var entry }
                    ? StockCounts.Of(entry).Where(count => count.Product == product).Sum(count => count.CountedThousandths)
                    : null;
                entries.Add(new(rows.Int64(0), id, (EntryKind)rows.Int32(2), LedgerStore.RecordedAt(id), rows.Int64(3), counted));
            }
        }

        using var all = snapshot.Prepare(CountPendingSql);
        return (entries, all.Bind("$store", store.Value).Bind("$product", product.Value).Step() ? all.Int64(0) : 0);
    }

    public static StockFigure Of(Connection snapshot, StoreId store, ProductCode product, string? name, Unit unit) =>
        new(product, name, unit, CacheStore.ReadStock(snapshot, store, product), Pending(snapshot, store, product));

    public static IReadOnlyList<StockFigure> Page(Connection snapshot, StoreId store, ProductCode? after, int limit)
    {
        var figures = new List<StockFigure>();
        using var rows = snapshot.Prepare(PageSql);

        // The product '' stands for entries without stock and sorts before every product.
        rows.Bind("$store", store.Value).Bind("$after", after?.Value ?? "").Bind("$limit", limit);
        while (rows.Step())
            figures.Add(new(ProductCode.Parse(rows.Text(0)), rows.NullableText(3), rows.IsNull(4) ? Unit.Each : (Unit)rows.Int32(4), rows.Int64(1), rows.Int64(2)));
        return figures;
    }

    static long Pending(Connection snapshot, StoreId store, ProductCode product)
    {
        using var row = snapshot.Prepare(PendingSql);
        return row.Bind("$store", store.Value).Bind("$product", product.Value).Step() ? row.Int64(0) : 0;
    }
}
