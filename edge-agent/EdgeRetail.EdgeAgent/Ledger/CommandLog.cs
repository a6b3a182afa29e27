using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>Which command made which entry, written with the entry: the same command never makes another.</summary>
static class CommandLog
{
    const string FindSql = "SELECT position, fingerprint FROM command WHERE command_id = $id AND part = $part";
    const string AddSql = "INSERT INTO command (command_id, part, position, fingerprint) VALUES ($id, $part, $position, $fingerprint)";

    public static (long Position, Hash256 Fingerprint)? Find(Connection snapshot, CommandId command, int part)
    {
        Span<byte> id = stackalloc byte[16];
        command.Value.TryWriteBytes(id, bigEndian: true, out _);
        using var row = snapshot.Prepare(FindSql);
        return row.Bind("$id", id).Bind("$part", part).Step() ? (row.Int64(0), Hash256.Read(row.Blob(1))) : null;
    }

    public static void Add(WriteTransaction tx, CommandId command, int part, long position, Hash256 fingerprint)
    {
        Span<byte> id = stackalloc byte[16];
        command.Value.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> print = stackalloc byte[Hash256.Length];
        fingerprint.WriteTo(print);
        using var row = tx.Prepare(AddSql);
        row.Bind("$id", id).Bind("$part", part).Bind("$position", position).Bind("$fingerprint", print).Run();
    }
}
