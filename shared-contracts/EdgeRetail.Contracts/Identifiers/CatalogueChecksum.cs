using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// A checksum over a set of product rows that is kept up to date row by row, as <see cref="StockChecksum"/> is: the sum, modulo
/// 2^128, of the first 16 bytes of the SHA-256 of every row: <c>version ‖ price ‖ unit ‖ deleted</c> (8, 8, 4 and 1 bytes,
/// big-endian), then code, name, brand, size and currency, each as its length in 4 bytes and its UTF-8. Equal sums mean equal
/// sets, whatever the order; it finds mistakes and rot, not somebody who computes collisions on purpose.
/// </summary>
public readonly record struct CatalogueChecksum(UInt128 Sum)
{
    public const int Length = 16;

    const int NumbersLength = (2 * sizeof(long)) + sizeof(int) + 1;
    const int TextCount = 5;

    // No code, name or brand of a catalogue that was imported needs more.
    const int RowBytesOnStack = 1024;

    /// <summary>Of no rows.</summary>
    public static readonly CatalogueChecksum Empty;

    /// <summary>Reads exactly 16 bytes.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static CatalogueChecksum Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? new(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException($"A catalogue checksum has {Length} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The checksum with this row added to the set.</summary>
    public CatalogueChecksum With(in ProductContent row) => new(unchecked(Sum + Row(row)));

    /// <summary>The checksum with this row, which is in the set, taken out of it.</summary>
    public CatalogueChecksum Without(in ProductContent row) => new(unchecked(Sum - Row(row)));

    public byte[] ToByteArray()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Sum);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToByteArray());

    static UInt128 Row(in ProductContent row)
    {
        var lengthMax = NumbersLength + (TextCount * sizeof(int)) + Encoding.UTF8.GetMaxByteCount(row.Code.Length + row.Name.Length + row.Brand.Length + row.Size.Length + row.Currency.Length);
        var rented = lengthMax > RowBytesOnStack ? ArrayPool<byte>.Shared.Rent(lengthMax) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[RowBytesOnStack] : rented;
        BinaryPrimitives.WriteInt64BigEndian(bytes, row.Version);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], row.PriceMinor);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(2 * sizeof(long))..], row.Unit);
        bytes[NumbersLength - 1] = row.Deleted ? (byte)1 : (byte)0;
        var length = NumbersLength;
        length += Write(row.Code, bytes[length..]);
        length += Write(row.Name, bytes[length..]);
        length += Write(row.Brand, bytes[length..]);
        length += Write(row.Size, bytes[length..]);
        length += Write(row.Currency, bytes[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    static int Write(string text, Span<byte> bytes)
    {
        var length = Encoding.UTF8.GetBytes(text, bytes[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        return sizeof(int) + length;
    }
}
