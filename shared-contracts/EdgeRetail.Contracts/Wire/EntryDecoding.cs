using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Wire;

/// <summary>What came of decoding entry bytes. The hash and an id are there in every case.</summary>
public abstract record EntryDecoding(EntryId Id, Hash256 Hash)
{
    /// <summary>A known kind; not yet validated.</summary>
    public sealed record Decoded(EntryId Id, Hash256 Hash, Entry Entry) : EntryDecoding(Id, Hash);

    /// <summary>The header reads, the kind or schema version is newer than this reader.</summary>
    public sealed record UnknownKind(EntryId Id, Hash256 Hash, EntryHeader Header, int Kind) : EntryDecoding(Id, Hash);

    /// <summary>The bytes are no entry; the id is derived from the hash alone.</summary>
    public sealed record Malformed(EntryId Id, Hash256 Hash, string Code, string Message) : EntryDecoding(Id, Hash);
}
