using System.Collections.Immutable;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>Everything in the cloud's database at one commit. Immutable, so that a backup is a reference.</summary>
sealed record CloudState(
    ImmutableSortedDictionary<int, CloudDevice> Devices,
    ImmutableDictionary<StreamId, CloudStream> Streams,
    ImmutableDictionary<(StreamId Stream, long Sequence), ConsumedSequence> Sequences,
    ImmutableSortedDictionary<int, CloudStore> Stores);
