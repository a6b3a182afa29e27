using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>One journal row.</summary>
sealed record JournalContents(
    EntryId Id, Hash256 Hash, StreamId Stream, long Sequence, bool IsQuarantined, DeviceId Device, long Version, HybridTimestamp EffectiveTime, int EffectiveTimeSource, long ReceivedAtMs);
