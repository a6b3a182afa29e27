using EdgeRetail.Contracts.Identifiers;
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
}
