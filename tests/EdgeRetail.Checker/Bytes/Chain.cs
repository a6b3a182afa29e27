using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EdgeRetail.Checker.Bytes;

/// <summary>The chain of a stream and the hash of a feed, as PROTOCOL §1 writes them.</summary>
public static class Chain
{
    /// <summary><c>chain_0 = SHA-256(stream id)</c>.</summary>
    public static Digest Start(Guid stream)
    {
        Span<byte> bytes = stackalloc byte[16];
        stream.TryWriteBytes(bytes, bigEndian: true, out _);
        return Digest.Of(bytes);
    }

    /// <summary><c>chain_n = SHA-256(chain_{n−1} ‖ n ‖ entry hash)</c>, n as 8 bytes, the highest first.</summary>
    public static Digest Append(Digest before, long sequence, Digest entryHash)
    {
        Span<byte> input = stackalloc byte[Digest.Length + sizeof(long) + Digest.Length];
        before.WriteTo(input);
        BinaryPrimitives.WriteInt64BigEndian(input[Digest.Length..], sequence);
        entryHash.WriteTo(input[(Digest.Length + sizeof(long))..]);
        return Digest.Of(input);
    }

    /// <summary><c>SHA-256(hash before ‖ entry ids in version order)</c>, once per commit, from 32 zero bytes.</summary>
    public static Digest Commit(Digest before, IEnumerable<EntryKey> entriesInVersionOrder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> buffer = stackalloc byte[Digest.Length];
        before.WriteTo(buffer);
        hash.AppendData(buffer);
        foreach (var entry in entriesInVersionOrder)
        {
            entry.WriteTo(buffer);
            hash.AppendData(buffer[..16]);
        }

        hash.GetHashAndReset(buffer);
        _ = Digest.TryRead(buffer, out var digest);
        return digest;
    }
}
