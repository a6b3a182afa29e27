using System.Security.Cryptography;

namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// Names one history of a feed: <c>SHA-256(hash before ‖ entry ids in version order)</c>, once per commit, from 32 zero bytes.
/// </summary>
public readonly record struct FeedHash(Hash256 Value)
{
    public static readonly FeedHash Start = default;

    /// <summary>Reads exactly 32 bytes.</summary>
    public static FeedHash Read(ReadOnlySpan<byte> bytes) => new(Hash256.Read(bytes));

    /// <summary>The feed hash after a commit of these entries, in version order.</summary>
    public FeedHash Append(IEnumerable<EntryId> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> buffer = stackalloc byte[Hash256.Length];
        Value.WriteTo(buffer);
        hash.AppendData(buffer);
        foreach (var entry in entries)
        {
            entry.WriteTo(buffer);
            hash.AppendData(buffer[..16]);
        }

        hash.GetHashAndReset(buffer);
        return new(Hash256.Read(buffer));
    }

    public byte[] ToByteArray() => Value.ToByteArray();

    public override string ToString() => Value.ToString();
}
