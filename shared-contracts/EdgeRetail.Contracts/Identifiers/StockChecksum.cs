using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// A checksum over a set of stock rows that is kept up to date row by row: the sum, modulo 2^128, of the first 16 bytes of
/// <c>SHA-256(version as 8 bytes big-endian ‖ on hand as 8 bytes big-endian ‖ product in UTF-8)</c> of every row. Equal sums
/// mean equal sets, whatever the order; it finds mistakes and rot, not somebody who computes collisions on purpose.
/// </summary>
public readonly record struct StockChecksum(UInt128 Sum)
{
    public const int Length = 16;

    /// <summary>Of no rows.</summary>
    public static readonly StockChecksum Empty;

    /// <summary>Reads exactly 16 bytes.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static StockChecksum Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? new(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException($"A stock checksum has {Length} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The checksum with this row added to the set.</summary>
    public StockChecksum With(ProductCode product, long onHandThousandths, long version) => new(unchecked(Sum + Row(product, onHandThousandths, version)));

    /// <summary>The checksum with this row, which is in the set, taken out of it.</summary>
    public StockChecksum Without(ProductCode product, long onHandThousandths, long version) => new(unchecked(Sum - Row(product, onHandThousandths, version)));

    public byte[] ToByteArray()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Sum);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToByteArray());

    static UInt128 Row(ProductCode product, long onHandThousandths, long version)
    {
        Span<byte> row = stackalloc byte[(2 * sizeof(long)) + (ProtocolLimits.ProductCodeCharactersMax * 4)];
        BinaryPrimitives.WriteInt64BigEndian(row, version);
        BinaryPrimitives.WriteInt64BigEndian(row[sizeof(long)..], onHandThousandths);
        var length = (2 * sizeof(long)) + Encoding.UTF8.GetBytes(product.Value, row[(2 * sizeof(long))..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row[..length], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
