namespace EdgeRetail.Contracts.Identifiers;

/// <summary>
/// Names a run of entries of a ledger: <c>SHA-256("edgeretail.day-close.1")</c>, then <c>SHA-256(digest before ‖ entry id)</c>
/// for each entry in ledger order. Streams and sequences are not in it, so it is the same after a re-stamping; and what has been
/// counted can be forgotten, because the next entry needs nothing but the digest so far.
/// </summary>
public readonly record struct DayDigest(Hash256 Value)
{
    /// <summary>Of no entry.</summary>
    public static readonly DayDigest Start = new(Hash256.Of("edgeretail.day-close.1"u8));

    /// <summary>Reads exactly 32 bytes.</summary>
    public static DayDigest Read(ReadOnlySpan<byte> bytes) => new(Hash256.Read(bytes));

    /// <summary>The digest with one more entry.</summary>
    public DayDigest Append(EntryId entry)
    {
        Span<byte> content = stackalloc byte[Hash256.Length + 16];
        Value.WriteTo(content);
        entry.WriteTo(content[Hash256.Length..]);
        return new(Hash256.Of(content));
    }

    public byte[] ToByteArray() => Value.ToByteArray();

    public override string ToString() => Value.ToString();
}
