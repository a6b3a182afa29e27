using System.Buffers.Binary;

namespace EdgeRetail.Checker.Bytes;

/// <summary>An entry id in the order both databases sort it: by its 16 bytes.</summary>
public readonly record struct EntryKey(UInt128 Value) : IComparable<EntryKey>
{
    public static EntryKey Read(ReadOnlySpan<byte> sixteenBytes) => new(BinaryPrimitives.ReadUInt128BigEndian(sixteenBytes));

    public static EntryKey Of(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return Read(bytes);
    }

    /// <summary>
    /// The id of bytes that carry none: a UUIDv8 of 48 bits of milliseconds and the first 80 bits of the hash, six of which
    /// give way to version and variant.
    /// </summary>
    public static EntryKey Derive(ulong milliseconds, Digest hash)
    {
        var fromHash = (ulong)(hash.High >> 64);
        var nextOfHash = (ulong)hash.High >> 48;
        var high = (milliseconds << 16) | 0x8000 | ((fromHash >> 48) & 0x0FFF);
        var low = (fromHash << 16) | nextOfHash;
        low = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        return new(new(high, low));
    }

    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        return new(bytes, bigEndian: true);
    }

    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    public int CompareTo(EntryKey other) => Value.CompareTo(other.Value);

    public override string ToString() => ToGuid().ToString("D");
}
