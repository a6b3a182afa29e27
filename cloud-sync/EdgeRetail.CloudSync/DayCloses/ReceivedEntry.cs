using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>An entry of the journal as a close is compared with it, in order of receipt.</summary>
public readonly record struct ReceivedEntry(EntryId Id, ReadOnlyMemory<byte> Bytes, bool IsQuarantined, long EffectiveMs);
