using System.Buffers.Binary;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>A SHA-256 by value: comparable, and without an allocation of its own.</summary>
public readonly record struct Hash256(ulong A, ulong B, ulong C, ulong D)
{
    public const int Length = 32;

    /// <summary>Reads exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static Hash256 Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
            ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]))
            : throw new ArgumentException($"A SHA-256 has 32 bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The SHA-256 of the bytes.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Length];
        System.Security.Cryptography.SHA256.HashData(bytes, hash);
        return Read(hash);
    }

    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    public byte[] ToByteArray()
    {
        var bytes = new byte[Length];
        WriteTo(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToByteArray());
}
