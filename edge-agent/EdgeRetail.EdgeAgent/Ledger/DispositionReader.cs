using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>What the cloud said became of entries that were not plainly merged.</summary>
static class DispositionReader
{
    const string CodeSql = "SELECT code FROM disposition WHERE position = $position";
    const string SettledSql = "SELECT kind, actor, reason FROM settlement WHERE position = $position";
    const string CountSql = """
        SELECT count(*) FROM disposition d WHERE d.kind = $kind AND NOT EXISTS (SELECT 1 FROM settlement s WHERE s.position = d.position)
        """;

    public static string? Code(Connection snapshot, long position)
    {
        using var row = snapshot.Prepare(CodeSql);
        return row.Bind("$position", position).Step() ? row.Text(0) : null;
    }

    /// <summary>What an operator did about the entry, in words; null where nobody did anything.</summary>
    public static string? Settled(Connection snapshot, long position)
    {
        using var row = snapshot.Prepare(SettledSql);
        if (!row.Bind("$position", position).Step()) return null;
        var done = (SettlementKind)row.Int32(0) switch
        {
            SettlementKind.Voided => "voided",
            SettlementKind.Replayed => "merged after all",
            SettlementKind.Corrected => "corrected",
            _ => "settled",
        };
        return row.Text(2).Length == 0 ? $"{done} by {row.Text(1)}" : $"{done} by {row.Text(1)}: {row.Text(2)}";
    }

    /// <summary>Those that an operator has settled do not count.</summary>
    public static long Count(Connection snapshot, DispositionKind kind)
    {
        using var row = snapshot.Prepare(CountSql);
        return row.Bind("$kind", (int)kind).Step() ? row.Int64(0) : 0;
    }
}
