using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Stock checksums as the table gives them, row by row.</summary>
static class StockSums
{
    const string ReadSql = "SELECT product, on_hand, version FROM cache_stock WHERE generation = $generation AND store_id = $store AND product > $after ORDER BY product LIMIT $limit";

    /// <summary>Of all rows of a generation.</summary>
    public static StockChecksum Of(Connection snapshot, int generation, StoreId store) => Of(snapshot, generation, store, "", long.MaxValue).Checksum;

    /// <summary>
    /// Of so many rows after a key, and those behind them up to one whose key is a product's: the cloud is asked by such alone.
    /// The last key is empty where no more follow.
    /// </summary>
    public static CacheRange Of(Connection snapshot, int generation, StoreId store, string after, long rowsMax)
    {
        var checksum = StockChecksum.Empty;
        var count = 0L;
        using var rows = snapshot.Prepare(ReadSql);
        rows.Bind("$generation", generation).Bind("$store", store.Value).Bind("$after", after).Bind("$limit", long.MaxValue);
        while (rows.Step())
        {
            var product = rows.Text(0);
            checksum = With(checksum, product, rows.Int64(1), rows.Int64(2));
            if (++count >= rowsMax && Code(product) is not null) return new(after, product, checksum);
        }

        return new(after, "", checksum);
    }

    /// <summary>A key that no product has is no row of the cloud's: it counts as a difference.</summary>
    public static StockChecksum With(StockChecksum checksum, string product, long onHand, long version) =>
        Code(product) is { } code ? checksum.With(code, onHand, version) : new(unchecked(checksum.Sum + 1));

    public static StockChecksum Without(StockChecksum checksum, string product, long onHand, long version) =>
        Code(product) is { } code ? checksum.Without(code, onHand, version) : new(unchecked(checksum.Sum - 1));

    static ProductCode? Code(string product) => ProductCode.Read(product) is ProductCodeReading.Accepted accepted && accepted.Code.Value == product ? accepted.Code : null;
}
