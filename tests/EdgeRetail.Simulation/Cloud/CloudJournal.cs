using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>A row of the journal.</summary>
sealed record CloudJournal(KnownEntry Known, DeviceId Device, long Version, EffectiveTime EffectiveTime, long ReceivedAtMs, bool IsCount);
