using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>A new row of the journal: the entry, the id it stands under, and what was decided about it.</summary>
public sealed record JournalEntry(ArrivedEntry Entry, EntryId Id, long Version, EffectiveTime EffectiveTime, QuarantineReason? Quarantine);
