using System.Buffers.Binary;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// Which command made which entry, written with the entry: the same command never makes another. Half of what is kept as the
/// fingerprint is the command's, the other half seals the row, because no entry holds the command's id: a bit that rots in it
/// would let the command be carried out twice, and nobody would notice.
/// </summary>
static class CommandLog
{
    const int IdLength = 16;
    const int HalfLength = Hash256.Length / 2;
    const string FindSql = "SELECT position, fingerprint FROM command WHERE command_id = $id AND part = $part";
    const string AddSql = "INSERT INTO command (command_id, part, position, fingerprint) VALUES ($id, $part, $position, $fingerprint)";

    /// <summary>The entry that the command made, and whether it said the same then.</summary>
    public static (long Position, bool SaidTheSame)? Find(Connection snapshot, CommandId command, int part, Hash256 fingerprint)
    {
        Span<byte> id = stackalloc byte[IdLength];
        command.Value.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> print = stackalloc byte[Hash256.Length];
        fingerprint.WriteTo(print);
        using var row = snapshot.Prepare(FindSql);
        return row.Bind("$id", id).Bind("$part", part).Step() ? (row.Int64(0), row.Blob(1)[..HalfLength].SequenceEqual(print[..HalfLength])) : null;
    }

    public static void Add(WriteTransaction tx, CommandId command, int part, long position, Hash256 fingerprint)
    {
        Span<byte> id = stackalloc byte[IdLength];
        command.Value.TryWriteBytes(id, bigEndian: true, out _);
        Span<byte> print = stackalloc byte[Hash256.Length];
        fingerprint.WriteTo(print);
        Seal(id, part, position, print);
        using var row = tx.Prepare(AddSql);
        row.Bind("$id", id).Bind("$part", part).Bind("$position", position).Bind("$fingerprint", print).Run();
    }

    /// <summary>The first part of the command, or all of it, made an entry.</summary>
    public static bool HasBegun(Connection snapshot, CommandId command) => Find(snapshot, command, part: 0, default) is not null;

    /// <summary>The row is as it was written.</summary>
    public static bool IsSound(ReadOnlySpan<byte> id, int part, long position, ReadOnlySpan<byte> kept)
    {
        if (id.Length != IdLength || kept.Length != Hash256.Length) return false;
        Span<byte> print = stackalloc byte[Hash256.Length];
        kept.CopyTo(print);
        Seal(id, part, position, print);
        return print.SequenceEqual(kept);
    }

    /// <summary>What is kept for the same command where its entry stands at another position: in a ledger that was made anew.</summary>
    public static byte[] Moved(ReadOnlySpan<byte> id, int part, long position, ReadOnlySpan<byte> kept)
    {
        var print = kept.ToArray();
        Seal(id, part, position, print);
        return print;
    }

    static void Seal(ReadOnlySpan<byte> id, int part, long position, Span<byte> print)
    {
        Span<byte> content = stackalloc byte[IdLength + sizeof(int) + sizeof(long) + HalfLength];
        id.CopyTo(content);
        BinaryPrimitives.WriteInt32BigEndian(content[IdLength..], part);
        BinaryPrimitives.WriteInt64BigEndian(content[(IdLength + sizeof(int))..], position);
        print[..HalfLength].CopyTo(content[^HalfLength..]);
        Span<byte> seal = stackalloc byte[Hash256.Length];
        Hash256.Of(content).WriteTo(seal);
        seal[..HalfLength].CopyTo(print[HalfLength..]);
    }
}
