using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Contracts.Wire;

/// <summary>An entry as it is stored, hashed and sent.</summary>
public sealed record EncodedEntry(EntryId Id, ReadOnlyMemory<byte> Bytes, Hash256 Hash);
