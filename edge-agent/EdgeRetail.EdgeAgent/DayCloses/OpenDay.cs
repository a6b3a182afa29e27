using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.DayCloses;

/// <summary>
/// What the ledger has of a store since its latest close. Most is counted by a reader before the write transaction of a close,
/// which adds what was recorded meanwhile, so that selling waits for a moment only.
/// </summary>
sealed class OpenDay
{
    const string EntriesSql = "SELECT position, entry_id, bytes FROM entry WHERE position > $after AND store_id = $store ORDER BY position LIMIT $limit";

    readonly StoreId store;
    readonly DayTally tally;
    long through;

    OpenDay(StoreId store, StoredClose? last, DayTally tally, long through)
    {
        this.store = store;
        this.tally = tally;
        this.through = through;
        Last = last;
    }

    /// <summary>The latest close of the store; null where it has none.</summary>
    public StoredClose? Last { get; }

    public DayFigures Figures => tally.Figures(Last?.Date);

    public static OpenDay Read(Connection snapshot, StoreId store)
    {
        var last = DayCloseTable.Latest(snapshot, store, 1) is [var latest] ? latest : null;
        var closed = last?.Position ?? 0;
        var open = DayCarry.Read(snapshot, store, closed) is { } carried ? new OpenDay(store, last, DayTally.From(carried.Figures), carried.Through) : new OpenDay(store, last, new(), closed);
        open.CatchUp(snapshot);
        return open;
    }

    /// <summary>The same with what was recorded since; read anew where the day was closed meanwhile, or the device moved.</summary>
    public static OpenDay Of(Connection snapshot, StoreId store, OpenDay before)
    {
        if (before.store != store || (DayCloseTable.Latest(snapshot, store, 1) is [var latest] ? latest.Entry : (EntryId?)null) != before.Last?.Entry) return Read(snapshot, store);
        before.CatchUp(snapshot);
        return before;
    }

    void CatchUp(Connection snapshot)
    {
        using var rows = snapshot.Prepare(EntriesSql);
        rows.Bind("$after", through).Bind("$store", store.Value).Bind("$limit", long.MaxValue);
        while (rows.Step())
        {
            DayCarry.Add(tally, EntryId.Read(rows.Blob(1)), rows.Blob(2).ToArray());
            through = rows.Int64(0);
        }
    }
}
