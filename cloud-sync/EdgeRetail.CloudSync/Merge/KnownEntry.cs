using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>What the journal already holds under an id.</summary>
public sealed record KnownEntry(Hash256 Hash, StreamId Stream, long Sequence, string? QuarantineCode);
