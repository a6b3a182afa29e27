using System.Collections.Immutable;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>Everything in the cloud's database at one commit. Immutable, so that a backup is a reference.</summary>
sealed record CloudState(
    IncarnationId Incarnation,
    ImmutableSortedDictionary<int, CloudDevice> Devices,
    ImmutableDictionary<StreamId, CloudStream> Streams,
    ImmutableDictionary<(StreamId Stream, long Sequence), ConsumedSequence> Sequences,
    ImmutableDictionary<(int Device, ulong Boot), OffsetRecord> Offsets,
    ImmutableSortedDictionary<int, CloudStore> Stores);
