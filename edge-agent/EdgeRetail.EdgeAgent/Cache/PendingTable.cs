using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// Own entries that the cached figures do not contain yet; an entry leaves as a whole when they do. Its rows are deleted, or,
/// where many leave at once, the mark <c>covered_through</c> passes them and they are cleared away in parts: a sale must not
/// wait for the deletion of 200,000 rows. What is at or below the mark is not pending; the view <c>pending</c> leaves it out.
/// All that are above the mark are of the store in which the device stands.
/// </summary>
static class PendingTable
{
    /// <summary>So many rows leave by deletion, all of a full page; what are more, the mark passes.</summary>
    public const int RowsAtOnceMax = 4_000;

    const int RowsInOneClearing = 1_000;

    const string HasSql = "SELECT 1 FROM pending_row WHERE position = $position LIMIT 1";
    const string CountBetweenSql = "SELECT count(DISTINCT position), count(*) FROM pending_row WHERE position > $after AND position <= $through";
    const string DeleteBetweenSql = "DELETE FROM pending_row WHERE position > $after AND position <= $through";
    const string LastOfFirstSql = "SELECT max(position) FROM (SELECT position FROM pending_row WHERE position <= $through ORDER BY position LIMIT $limit)";
    const string CoverNamedSql = """
        DELETE FROM pending_row WHERE position IN (
            SELECT e.position FROM json_each($ids) AS named CROSS JOIN entry e ON e.entry_id = unhex(named.value) WHERE e.position > $after)
        RETURNING position
        """;
    const string ReadUncoveredSql = """
        SELECT e.position, e.bytes FROM entry e
        WHERE e.position > $through AND e.store_id = $store AND NOT EXISTS (SELECT 1 FROM pending_row p WHERE p.position = e.position)
        ORDER BY e.position LIMIT $limit
        """;
    const string FirstOfStoreSql = "SELECT position FROM entry WHERE store_id = $store ORDER BY position LIMIT 1";
    const string CountElsewhereSql = "SELECT count(DISTINCT position) FROM pending WHERE store_id <> $store";
    const string DropElsewhereSql = "DELETE FROM pending_row WHERE store_id <> $store";

    /// <summary>Whether the entry is pending: the cache does not contain it yet.</summary>
    public static bool Has(Connection snapshot, long position)
    {
        using var row = snapshot.Prepare(HasSql);
        return row.Bind("$position", position).Step();
    }

    /// <summary>
    /// What a mark through a position would cover. Only who syncs covers, and what is recorded meanwhile stands behind it:
    /// counted before the transaction, it is true within.
    /// </summary>
    public static MarkedEntries Count(Connection snapshot, DeviceState state, long through)
    {
        using var counted = snapshot.Prepare(CountBetweenSql);
        return counted.Bind("$after", state.CoveredThrough).Bind("$through", through).Step() ? new(through, counted.Int32(0), counted.Int32(1)) : default;
    }

    /// <summary>Covers the entries that were counted, and says where the mark stands then.</summary>
    public static long Cover(WriteTransaction tx, DeviceState state, MarkedEntries marked, int rowsAtOnceMax)
    {
        if (marked.Rows > rowsAtOnceMax) return marked.Through;
        if (marked.Rows == 0) return state.CoveredThrough;
        using var cover = tx.Prepare(DeleteBetweenSql);
        cover.Bind("$after", state.CoveredThrough).Bind("$through", marked.Through).Run();
        return state.CoveredThrough;
    }

    /// <summary>The end of the next part of the rows that the mark has passed; null where none are left.</summary>
    public static long? NextPassed(Connection snapshot, DeviceState state)
    {
        using var last = snapshot.Prepare(LastOfFirstSql);
        return last.Bind("$through", state.CoveredThrough).Bind("$limit", RowsInOneClearing).Step() ? last.NullableInt64(0) : null;
    }

    /// <summary>Clears away the rows through a position which the mark has passed, unless it was set back meanwhile.</summary>
    public static void ClearPassed(WriteTransaction tx, DeviceState state, long through)
    {
        if (through > state.CoveredThrough) return;
        using var clear = tx.Prepare(DeleteBetweenSql);
        clear.Bind("$after", -1).Bind("$through", through).Run();
    }

    /// <summary>Covers what is pending of these entries, and says how many that were.</summary>
    public static int CoverNamed(WriteTransaction tx, DeviceState state, IEnumerable<EntryId> entries)
    {
        using var cover = tx.Prepare(CoverNamedSql);
        cover.Bind("$after", state.CoveredThrough).Bind("$ids", Ids(entries));
        var covered = new HashSet<long>();
        while (cover.Step()) covered.Add(cover.Int64(0));
        return covered.Count;
    }

    /// <summary>The entries' ids as the JSON array that <c>unhex</c> reads.</summary>
    public static string Ids(IEnumerable<EntryId> entries) => StockTable.Json(entries, static (json, entry) =>
    {
        Span<byte> id = stackalloc byte[16];
        entry.WriteTo(id);
        json.WriteStringValue(Convert.ToHexString(id));
    });

    /// <summary>
    /// Sets the mark back: the store's entries after the position are pending again, by the rows that are still there and by new
    /// ones; how many came. Counts are fixed against the generation of stock that is shown from here on.
    /// </summary>
    public static int Uncover(WriteTransaction tx, long coveredThrough, long position, StoreId store, int generation)
    {
        var came = 0;
        if (position < coveredThrough)
        {
            using var kept = tx.Prepare(CountBetweenSql);
            came = kept.Bind("$after", position).Bind("$through", coveredThrough).Step() ? kept.Int32(0) : 0;
        }

        came += AddUncovered(tx, position, store);
        PendingCounts.FixAnew(tx, generation, Math.Min(coveredThrough, position), store);
        return came;
    }

    /// <summary>The store's entries after a position that have no rows get theirs, with what they move; how many.</summary>
    static int AddUncovered(WriteTransaction tx, long through, StoreId store)
    {
        var uncovered = new List<(long Position, IReadOnlyList<StockMovement> Movements)>();
        using (var rows = tx.Prepare(ReadUncoveredSql))
        {
            rows.Bind("$through", through).Bind("$store", store.Value).Bind("$limit", long.MaxValue);
            // Bytes that rotted move nothing here; that they rotted is told elsewhere, and holds nothing up.
            while (rows.Step()) uncovered.Add((rows.Int64(0), EntryCodec.Decode(rows.Blob(1).ToArray()) is EntryDecoding.Decoded decoded ? Unfixed(decoded.Entry) : []));
        }

        foreach (var (position, movements) in uncovered) LedgerStore.InsertPending(tx, position, store, movements);
        return uncovered.Count;
    }

    /// <summary>What the entry moves; of a count only the products, until it is fixed.</summary>
    static IReadOnlyList<StockMovement> Unfixed(Entry entry) =>
        entry is StockCounted ? [.. StockCounts.Of(entry).Select(count => new StockMovement(count.Product, 0))] : StockMovements.Of(entry);

    /// <summary>The first retained entry of a store; null where the ledger has none.</summary>
    public static long? FirstOf(Connection snapshot, StoreId store)
    {
        using var first = snapshot.Prepare(FirstOfStoreSql);
        return first.Bind("$store", store.Value).Step() ? first.Int64(0) : null;
    }

    /// <summary>
    /// What is pending from when the device stands in a store whose stock it has yet to hear of: every retained entry of it, and
    /// none of another. Those would wait for a feed that nobody sends here any more, and keep all after them from being pruned.
    /// The caller sets the mark back to 0. It looks at every entry: a store of which the ledger has none is begun by the mark alone.
    /// </summary>
    public static (int Left, int Came) BeginStore(WriteTransaction tx, long coveredThrough, StoreId store, int generation)
    {
        int left;
        using (var elsewhere = tx.Prepare(CountElsewhereSql)) left = elsewhere.Bind("$store", store.Value).Step() ? elsewhere.Int32(0) : 0;
        using (var drop = tx.Prepare(DropElsewhereSql)) drop.Bind("$store", store.Value).Run();
        return (left, Uncover(tx, coveredThrough, 0, store, generation));
    }
}
