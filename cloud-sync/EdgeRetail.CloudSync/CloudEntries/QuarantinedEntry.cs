using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>A journal row that stands or stood in quarantine, as far as settling it needs.</summary>
/// <param name="Code">Null where the entry was merged when it was received.</param>
sealed record QuarantinedEntry(EntryId Id, DeviceId Device, ReadOnlyMemory<byte> Bytes, string? Code, SettlementKind? Settlement, EntryId? SettledBy, long? SettledAtVersion, EffectiveTime EffectiveTime);
