using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Own entries that the cached figures do not contain yet; an entry leaves as a whole when they do.</summary>
static class PendingTable
{
    const string CountThroughSql = "SELECT count(DISTINCT position) FROM pending WHERE position <= $through AND store_id = $store";
    const string CoverThroughSql = "DELETE FROM pending WHERE position <= $through AND store_id = $store";
    const string CoverNamedSql = """
        DELETE FROM pending WHERE position IN (
            SELECT e.position FROM json_each($ids) AS named CROSS JOIN entry e ON e.entry_id = unhex(named.value))
        RETURNING position
        """;
    const string ReadUncoveredSql = """
        SELECT e.position, e.bytes FROM entry e
        WHERE e.position > $through AND e.store_id = $store AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.position = e.position)
        ORDER BY e.position LIMIT $limit
        """;
    const string CountElsewhereSql = "SELECT count(DISTINCT position) FROM pending WHERE store_id <> $store";
    const string DropElsewhereSql = "DELETE FROM pending WHERE store_id <> $store";

    /// <summary>Covers the store's entries through a position, and says how many.</summary>
    public static int CoverThrough(WriteTransaction tx, long position, StoreId store)
    {
        int count;
        using (var counted = tx.Prepare(CountThroughSql))
        {
            counted.Bind("$through", position).Bind("$store", store.Value);
            count = counted.Step() ? counted.Int32(0) : 0;
        }

        if (count == 0) return 0;
        using var cover = tx.Prepare(CoverThroughSql);
        cover.Bind("$through", position).Bind("$store", store.Value).Run();
        return count;
    }

    /// <summary>Covers what is pending of these entries, and says how many that were.</summary>
    public static int CoverNamed(WriteTransaction tx, IEnumerable<EntryId> entries)
    {
        using var cover = tx.Prepare(CoverNamedSql);
        cover.Bind("$ids", StockTable.Json(entries, static (json, entry) =>
        {
            Span<byte> id = stackalloc byte[16];
            entry.WriteTo(id);
            json.WriteStringValue(Convert.ToHexString(id));
        }));
        var covered = new HashSet<long>();
        while (cover.Step()) covered.Add(cover.Int64(0));
        return covered.Count;
    }

    /// <summary>The store's entries after a position that were covered by the cache before are pending again, with what they move; how many.</summary>
    public static int AddUncovered(WriteTransaction tx, long through, StoreId store)
    {
        var uncovered = new List<(long Position, IReadOnlyList<StockMovement> Movements)>();
        using (var rows = tx.Prepare(ReadUncoveredSql))
        {
            rows.Bind("$through", through).Bind("$store", store.Value).Bind("$limit", long.MaxValue);
            // Bytes that rotted move nothing here; that they rotted is told elsewhere, and holds nothing up.
            while (rows.Step()) uncovered.Add((rows.Int64(0), EntryCodec.Decode(rows.Blob(1).ToArray()) is EntryDecoding.Decoded decoded ? StockMovements.Of(decoded.Entry) : []));
        }

        foreach (var (position, movements) in uncovered) LedgerStore.InsertPending(tx, position, store, movements);
        return uncovered.Count;
    }

    /// <summary>
    /// What is pending from when the device stands in a store whose stock it has yet to hear of: every retained entry of it, and
    /// none of another. Those would wait for a feed that nobody sends here any more, and keep all after them from being pruned.
    /// </summary>
    public static (int Left, int Came) BeginStore(WriteTransaction tx, StoreId store)
    {
        int left;
        using (var elsewhere = tx.Prepare(CountElsewhereSql)) left = elsewhere.Bind("$store", store.Value).Step() ? elsewhere.Int32(0) : 0;
        using (var drop = tx.Prepare(DropElsewhereSql)) drop.Bind("$store", store.Value).Run();
        return (left, AddUncovered(tx, 0, store));
    }
}
