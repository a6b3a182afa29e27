using System.Buffers.Binary;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// Identity of a fact, for ever. A device leaves it out of the entry bytes and both sides derive it: a UUIDv8
/// (RFC 9562) of 48 bits of milliseconds from the entry's clock and 74 bits of the entry hash, so that ids rise with
/// time and cost nothing on the wire.
/// </summary>
public readonly record struct EntryId(Guid Value) : IComparable<EntryId>
{
    /// <summary>The id of bytes that do not decode, and so have no clock: time 0, the rest from the hash.</summary>
    public static EntryId OfUndecodable(Hash256 entryHash) => Derive(0, entryHash);

    /// <summary>Derives the id from the milliseconds of the entry's hybrid clock and its hash.</summary>
    public static EntryId Derive(long milliseconds, Hash256 entryHash)
    {
        Span<byte> hash = stackalloc byte[Hash256.Length];
        entryHash.WriteTo(hash);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        hash[..10].CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return Read(bytes);
    }

    /// <summary>Reads 16 bytes, big-endian.</summary>
    public static EntryId Read(ReadOnlySpan<byte> bytes) => new(new Guid(bytes, bigEndian: true));

    /// <summary>Writes 16 bytes, big-endian.</summary>
    public void WriteTo(Span<byte> destination) => Value.TryWriteBytes(destination, bigEndian: true, out _);

    /// <summary>16 bytes, big-endian.</summary>
    public byte[] ToByteArray() => Value.ToByteArray(bigEndian: true);

    public int CompareTo(EntryId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D");
}
