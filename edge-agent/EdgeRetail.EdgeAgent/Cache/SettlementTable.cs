using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>What became of own entries in quarantine. Those of other devices are left out.</summary>
static class SettlementTable
{
    const string PositionSql = "SELECT position FROM entry WHERE entry_id = $entry";
    const string QuarantinedSql = "SELECT d.position, e.hash FROM disposition d JOIN entry e ON e.position = d.position WHERE d.kind = 2 ORDER BY d.position LIMIT 10000";
    const string SaveSql = """
        INSERT INTO settlement (position, kind, version, actor, reason) VALUES ($position, $kind, $version, $actor, $reason)
        ON CONFLICT (position) DO UPDATE SET kind = excluded.kind, version = excluded.version, actor = excluded.actor, reason = excluded.reason
        """;

    public static void Save(WriteTransaction tx, IEnumerable<SettlementRow> rows)
    {
        foreach (var row in rows)
        {
            if (Position(tx, row.Entry) is not { } position) continue;
            using var save = tx.Prepare(SaveSql);
            save.Bind("$position", position).Bind("$kind", (int)row.Kind).Bind("$version", row.Version).Bind("$actor", row.Actor).Bind("$reason", row.Reason).Run();
        }
    }

    static long? Position(WriteTransaction tx, EntryId entry)
    {
        using (var row = tx.Prepare(PositionSql))
        {
            if (row.Bind("$entry", entry.ToByteArray()).Step()) return row.Int64(0);
        }

        // Bytes that the cloud could not decode, or whose id was taken, it keeps under an id that is derived from their hash alone.
        using var quarantined = tx.Prepare(QuarantinedSql);
        while (quarantined.Step())
        {
            if (EntryId.OfUndecodable(Hash256.Read(quarantined.Blob(1))) == entry) return quarantined.Int64(0);
        }

        return null;
    }
}
