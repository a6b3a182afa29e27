using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>A sequence whose entry the journal holds elsewhere, or under another id than the entry claims.</summary>
public sealed record ConsumedSequence(long Sequence, EntryId Entry, Hash256 Hash, bool IdConflict);
