using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>Which sales this device voided, written with the void: each at most once.</summary>
static class VoidLog
{
    const string FindSql = "SELECT voided_by FROM voided WHERE position = $position";
    const string AddSql = "INSERT INTO voided (position, voided_by) VALUES ($position, $by)";

    /// <summary>The position of the entry that voided the sale; null where none did.</summary>
    public static long? Find(Connection snapshot, long position)
    {
        using var row = snapshot.Prepare(FindSql);
        return row.Bind("$position", position).Step() ? row.Int64(0) : null;
    }

    public static void Add(WriteTransaction tx, long position, long by)
    {
        using var row = tx.Prepare(AddSql);
        row.Bind("$position", position).Bind("$by", by).Run();
    }
}
