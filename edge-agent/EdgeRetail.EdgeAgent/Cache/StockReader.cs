using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
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
