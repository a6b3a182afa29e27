using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// <c>chain_0 = SHA-256(stream id)</c>, <c>chain_n = SHA-256(chain_{n−1} ‖ n as 8 bytes big-endian ‖ entry hash)</c>:
/// an equal chain hash means an equal prefix of the stream.
/// </summary>
public readonly record struct ChainHash(Hash256 Value)
{
    public static ChainHash Start(StreamId stream) => new(Hash256.Of(stream.ToByteArray()));

    /// <summary>The first 8 bytes, big-endian: enough to notice a change that nobody made on purpose.</summary>
    public ulong Check => Value.A;

    /// <summary>Reads exactly 32 bytes.</summary>
    public static ChainHash Read(ReadOnlySpan<byte> bytes) => new(Hash256.Read(bytes));

    /// <summary>The chain hash after the entry at <paramref name="sequence"/>.</summary>
    public ChainHash Append(long sequence, Hash256 entryHash)
    {
        Span<byte> input = stackalloc byte[Hash256.Length + sizeof(long) + Hash256.Length];
        Value.WriteTo(input);
        BinaryPrimitives.WriteInt64BigEndian(input[Hash256.Length..], sequence);
        entryHash.WriteTo(input[(Hash256.Length + sizeof(long))..]);
        Span<byte> output = stackalloc byte[Hash256.Length];
        SHA256.HashData(input, output);
        return new(Hash256.Read(output));
    }

    public byte[] ToByteArray() => Value.ToByteArray();

    public override string ToString() => Value.ToString();
}
