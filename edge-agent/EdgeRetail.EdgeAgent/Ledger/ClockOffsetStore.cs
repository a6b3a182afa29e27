using EdgeRetail.Contracts;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>The agreed clock offsets, one per boot; the first one that was kept for a boot stays.</summary>
static class ClockOffsetStore
{
    /// <summary>A kiosk that is switched on every day has sent what it recorded so many boots ago.</summary>
    const int KeptMax = ProtocolLimits.ClockOffsetsMax;

    const string SaveSql = "INSERT INTO clock_offset (boot_id, offset_ms, error_ms, agreed_at_ms) VALUES ($boot, $offset, $error, $now) ON CONFLICT (boot_id) DO NOTHING";
    const string ForgetSql = "DELETE FROM clock_offset WHERE boot_id NOT IN (SELECT boot_id FROM clock_offset ORDER BY agreed_at_ms DESC, boot_id LIMIT $kept)";
    const string ReadSql = "SELECT boot_id, offset_ms, error_ms FROM clock_offset ORDER BY agreed_at_ms DESC, boot_id LIMIT $kept";

    public static void Save(WriteTransaction tx, ClockOffset offset, long agreedAtMilliseconds)
    {
        using (var save = tx.Prepare(SaveSql))
        {
            save.Bind("$boot", unchecked((long)offset.BootId)).Bind("$offset", offset.OffsetMs).Bind("$error", offset.ErrorMs).Bind("$now", agreedAtMilliseconds).Run();
        }

        if (tx.Changes == 0) return;
        using var forget = tx.Prepare(ForgetSql);
        forget.Bind("$kept", KeptMax).Run();
    }

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<ClockOffset> Read(Connection snapshot)
    {
        var offsets = new List<ClockOffset>();
        using var rows = snapshot.Prepare(ReadSql);
        rows.Bind("$kept", KeptMax);
        while (rows.Step()) offsets.Add(new(unchecked((ulong)rows.Int64(0)), rows.Int64(1), rows.Int64(2)));
        // One and the same empty list: states that are read twice compare equal.
        if (offsets.Count == 0) return [];
        return offsets;
    }
}
