using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>The rows of the database that the invariants speak about.</summary>
sealed record CloudContents(IReadOnlyList<StoreContents> Stores, IReadOnlyDictionary<StreamId, (long AppliedThrough, ChainHash Chain)> Streams, IReadOnlyList<(StreamId Stream, long Sequence, EntryId Entry)> Sequences);
