using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>What the cloud said became of entries that were not plainly merged.</summary>
static class DispositionReader
{
    const string CodeSql = "SELECT code FROM disposition WHERE position = $position";
    const string CountSql = "SELECT count(*) FROM disposition WHERE kind = $kind";

    public static string? Code(Connection snapshot, long position)
    {
        using var row = snapshot.Prepare(CodeSql);
        return row.Bind("$position", position).Step() ? row.Text(0) : null;
    }

    public static long Count(Connection snapshot, DispositionKind kind)
    {
        using var row = snapshot.Prepare(CountSql);
        return row.Bind("$kind", (int)kind).Step() ? row.Int64(0) : 0;
    }
}
