using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.Demo.Sales;

namespace EdgeRetail.Demo.Replay;

/// <summary>
/// One request to an agent: lines of one kind of one receipt. The command id follows from the receipt and the part, so that
/// a repeat after a crash is the same command.
/// </summary>
sealed record ReplayCommand(FileReceipt Receipt, LineKind Kind, IReadOnlyList<FileLine> Lines, Guid CommandId)
{
    public static ReplayCommand Make(FileReceipt receipt, LineKind kind, IReadOnlyList<FileLine> lines) =>
        new(receipt, kind, lines, IdOf($"{receipt.Till}\n{receipt.Number}\n{kind}\n{lines[0].Number}\n{lines.Count}"));

    /// <summary>The two halves of a command that was refused as a whole.</summary>
    public IEnumerable<ReplayCommand> Halves() => Lines.Chunk((Lines.Count + 1) / 2).Select(half => Make(Receipt, Kind, half));

    /// <summary>A UUIDv8 of the text's hash.</summary>
    public static Guid IdOf(string text)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x8000 | (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0FFF)));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new(bytes, bigEndian: true);
    }
}
