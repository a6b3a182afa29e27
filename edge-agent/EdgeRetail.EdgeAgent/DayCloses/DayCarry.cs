using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.DayCloses;

/// <summary>
/// Counts entries that no close has counted yet before they are pruned, so that the next one still counts them. A till that is
/// never closed would otherwise keep everything, or forget what it sold.
/// </summary>
static class DayCarry
{
    const string ReadSql = "SELECT through, figures FROM day_carry WHERE store_id = $store";
    const string EntriesSql = "SELECT position, entry_id, store_id, bytes FROM entry WHERE position <= $through ORDER BY position LIMIT $limit";
    const string SaveSql = """
        INSERT INTO day_carry (store_id, through, figures) VALUES ($store, $through, $figures)
        ON CONFLICT (store_id) DO UPDATE SET through = excluded.through, figures = excluded.figures
        """;

    /// <summary>What was pruned of the store since a position, and through where; null where nothing was.</summary>
    public static (long Through, DayFigures Figures)? Read(Connection snapshot, StoreId store, long after)
    {
        using var row = snapshot.Prepare(ReadSql);
        return row.Bind("$store", store.Value).Step() && row.Int64(0) > after ? (row.Int64(0), DayWire.ReadFigures(row.Blob(1))) : null;
    }

    /// <summary>Takes in what is about to be pruned.</summary>
    public static void Fold(WriteTransaction tx, long through)
    {
        var stores = new Dictionary<int, Carried>();
        using (var rows = tx.Prepare(EntriesSql))
        {
            rows.Bind("$through", through).Bind("$limit", long.MaxValue);
            while (rows.Step())
            {
                var (position, store) = (rows.Int64(0), rows.Int32(2));
                if (!stores.TryGetValue(store, out var carried)) stores[store] = carried = Begin(tx.Connection, new(store));
                if (position > carried.Through) carried.Add(position, EntryId.Read(rows.Blob(1)), rows.Blob(3).ToArray());
            }
        }

        foreach (var (store, carried) in stores)
        {
            if (!carried.Any) continue;
            using var save = tx.Prepare(SaveSql);
            save.Bind("$store", store).Bind("$through", carried.Through).Bind("$figures", DayWire.WriteFigures(carried.Tally.Figures(null))).Run();
        }
    }

    /// <summary>An entry as it is counted; bytes that do not decode are counted without a date.</summary>
    public static void Add(DayTally tally, EntryId id, byte[] bytes)
    {
        if (EntryCodec.Decode(bytes) is EntryDecoding.Decoded { Entry: var entry }) tally.Add(id, entry);
        else tally.AddUnreadable(id);
    }

    static Carried Begin(Connection snapshot, StoreId store)
    {
        var closed = DayCloseTable.Latest(snapshot, store, 1) is [var last] ? last.Position : 0;
        return Read(snapshot, store, closed) is { } before ? new(DayTally.From(before.Figures), before.Through) : new(new(), closed);
    }

    sealed class Carried(DayTally tally, long through)
    {
        public DayTally Tally => tally;

        public long Through { get; private set; } = through;

        public bool Any { get; private set; }

        public void Add(long position, EntryId id, byte[] bytes)
        {
            DayCarry.Add(tally, id, bytes);
            (Through, Any) = (position, true);
        }
    }
}
