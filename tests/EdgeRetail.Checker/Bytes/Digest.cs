using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeRetail.Checker.Bytes;

/// <summary>A SHA-256 by value. The checker's own: it shares nothing with the product but the written protocol.</summary>
public readonly record struct Digest(UInt128 High, UInt128 Low)
{
    public const int Length = 32;

    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> output = stackalloc byte[Length];
        SHA256.HashData(bytes, output);
        return Read(output);
    }

    /// <summary>Reads 32 bytes; false where there are not just as many.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Digest digest)
    {
        digest = bytes.Length == Length ? Read(bytes) : default;
        return bytes.Length == Length;
    }

    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, High);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], Low);
    }

    /// <summary>The first 12 hexadecimal digits: enough to tell two apart on screen.</summary>
    public override string ToString() => (High >> 80).ToString("x12");

    static Digest Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
}
