using System.Collections.Immutable;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Checking;

/// <summary>What the cloud's database has to hold by what it accepted. Goes back with the database when that is restored.</summary>
sealed record CloudTruth(
    ImmutableDictionary<StoreId, FeedHash> Heads,
    ImmutableDictionary<StreamId, StreamTruth> Streams,
    ImmutableDictionary<DeviceId, long> Sessions,
    ImmutableDictionary<EntryId, StoreId> Journal);
