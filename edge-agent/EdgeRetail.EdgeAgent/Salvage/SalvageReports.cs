using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>The reports that a ledger carries of those it was made from.</summary>
static class SalvageReports
{
    const string ReadLatestSql = "SELECT salvaged_at_ms, folder, reason, entries, unreadable_count, unreadable FROM salvage ORDER BY salvaged_at_ms DESC LIMIT 1";

    /// <summary>Null where the ledger was never damaged.</summary>
    public static SalvageReport? Latest(Connection snapshot)
    {
        using var row = snapshot.Prepare(ReadLatestSql);
        return row.Step()
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(0)), row.Text(1), row.Text(2), row.Int64(3), row.Int64(4), row.Text(5))
            : null;
    }
}
