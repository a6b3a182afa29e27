using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// Rows of <c>cache_stock</c>, all of a page with one statement: running one for each row took more CPU than everything else that
/// a page needs.
/// </summary>
static class StockTable
{
    const string ReadSql = """
        SELECT wanted.key, s.on_hand, s.version FROM json_each($products) AS wanted
        CROSS JOIN cache_stock s ON s.generation = $generation AND s.store_id = $store AND s.product = wanted.value
        """;
    const string SaveSql = """
        INSERT INTO cache_stock (generation, store_id, product, on_hand, version)
        SELECT $generation, $store, value ->> 0, value ->> 1, value ->> 2 FROM json_each($rows) WHERE true
        ON CONFLICT (generation, store_id, product) DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version
        """;

    /// <summary>The rows of these products that are there.</summary>
    public static Dictionary<ProductCode, (long OnHand, long Version)> Read(WriteTransaction tx, int generation, StoreId store, IReadOnlyList<ProductCode> products)
    {
        var rows = new Dictionary<ProductCode, (long, long)>();
        using var read = tx.Prepare(ReadSql);
        read.Bind("$generation", generation).Bind("$store", store.Value).Bind("$products", Json(products, static (json, product) => json.WriteStringValue(product.Value)));
        while (read.Step()) rows[products[read.Int32(0)]] = (read.Int64(1), read.Int64(2));
        return rows;
    }

    /// <summary>Writes the rows over what is there, in the order in which they are given.</summary>
    public static void Save(WriteTransaction tx, int generation, StoreId store, IEnumerable<(ProductCode Product, long OnHand, long Version)> rows)
    {
        using var save = tx.Prepare(SaveSql);
        save.Bind("$generation", generation).Bind("$store", store.Value).Bind("$rows", Json(rows, static (json, row) =>
        {
            json.WriteStartArray();
            json.WriteStringValue(row.Product.Value);
            json.WriteNumberValue(row.OnHand);
            json.WriteNumberValue(row.Version);
            json.WriteEndArray();
        })).Run();
    }

    /// <summary>The items as the JSON array that <c>json_each</c> reads.</summary>
    internal static string Json<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var item in items) write(json, item);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
