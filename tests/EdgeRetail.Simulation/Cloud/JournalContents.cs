using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>One journal row.</summary>
sealed record JournalContents(EntryId Id, Hash256 Hash, StreamId Stream, long Sequence, bool IsQuarantined);
