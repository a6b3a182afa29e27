using System.Buffers.Binary;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>Names the conflict of two concurrent edits of a store: a UUIDv8 (RFC 9562) of what they are, the same whoever derives it.</summary>
public readonly record struct ConflictId(Guid Value) : IComparable<ConflictId>
{
    /// <summary>The same for both orders of the two.</summary>
    public static ConflictId Of(StoreId store, EntryId one, EntryId other)
    {
        var (first, second) = one.CompareTo(other) <= 0 ? (one, other) : (other, one);
        var prefix = "edgeretail conflict"u8;
        Span<byte> content = stackalloc byte[prefix.Length + 36];
        prefix.CopyTo(content);
        BinaryPrimitives.WriteInt32BigEndian(content[prefix.Length..], store.Value);
        first.WriteTo(content[(prefix.Length + 4)..]);
        second.WriteTo(content[(prefix.Length + 20)..]);
        var bytes = Hash256.Of(content).ToByteArray()[..16];
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return Read(bytes);
    }

    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static ConflictId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    /// <summary>16 bytes, big-endian.</summary>
    public byte[] ToByteArray() => Value.ToByteArray(bigEndian: true);

    public int CompareTo(ConflictId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D");
}
