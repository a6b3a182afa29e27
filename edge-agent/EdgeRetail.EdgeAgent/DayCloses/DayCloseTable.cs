using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.DayCloses;

/// <summary>The closes of this device, each written with its entry.</summary>
static class DayCloseTable
{
    const string AddSql = """
        INSERT INTO day_close (position, entry_id, store_id, business_day, figures)
        SELECT position, entry_id, store_id, $day, $figures FROM entry WHERE position = $position
        """;

    const string DropCarrySql = "DELETE FROM day_carry WHERE store_id = (SELECT store_id FROM day_close WHERE position = $position)";
    const string LatestSql = "SELECT position, entry_id, business_day, figures, answer FROM day_close WHERE store_id = $store ORDER BY position DESC LIMIT $limit";
    const string OfDateSql = "SELECT position, entry_id, business_day, figures, answer FROM day_close WHERE store_id = $store AND business_day = $day ORDER BY position DESC LIMIT 1";
    const string SaveAnswerSql = "UPDATE day_close SET answer = $answer WHERE entry_id = $entry";

    static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>Notes that the entry at the position is a close; what was carried for its store is counted in it.</summary>
    public static void Add(WriteTransaction tx, long position, DateOnly date, DayFigures figures)
    {
        using (var add = tx.Prepare(AddSql)) add.Bind("$position", position).Bind("$day", date.DayNumber - Epoch.DayNumber).Bind("$figures", DayWire.WriteFigures(figures)).Run();
        using var drop = tx.Prepare(DropCarrySql);
        drop.Bind("$position", position).Run();
    }

    /// <summary>The latest closes in the store, the newest first.</summary>
    public static IReadOnlyList<StoredClose> Latest(Connection snapshot, StoreId store, int limit)
    {
        using var rows = snapshot.Prepare(LatestSql);
        rows.Bind("$store", store.Value).Bind("$limit", limit);
        var closes = new List<StoredClose>();
        while (rows.Step()) closes.Add(Read(rows));
        return closes;
    }

    /// <summary>The latest close of a date in the store.</summary>
    public static StoredClose? Of(Connection snapshot, StoreId store, DateOnly date)
    {
        using var row = snapshot.Prepare(OfDateSql);
        return row.Bind("$store", store.Value).Bind("$day", date.DayNumber - Epoch.DayNumber).Step() ? Read(row) : null;
    }

    /// <summary>Those to closes that this ledger does not have are left out.</summary>
    public static void SaveAnswers(WriteTransaction tx, IEnumerable<DayCloseAnswerRow> answers)
    {
        foreach (var answer in answers)
        {
            using var save = tx.Prepare(SaveAnswerSql);
            save.Bind("$entry", answer.Close.ToByteArray()).Bind("$answer", answer.Answer.Span).Run();
        }
    }

    static StoredClose Read(Statement row) => new(
        row.Int64(0), EntryId.Read(row.Blob(1)), Epoch.AddDays(row.Int32(2)), DayWire.ReadFigures(row.Blob(3)), row.IsNull(4) ? null : DayWire.ReadAnswer(row.Blob(4)));
}
