using System.Collections.Immutable;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Checking;

/// <summary>What was accepted under a stream, in sequence, and the chain hash over it.</summary>
sealed record StreamTruth(ImmutableList<RecordedTruth> Entries, ChainHash Chain)
{
    public static StreamTruth Start(StreamId stream) => new([], ChainHash.Start(stream));

    public StreamTruth Add(RecordedTruth entry) => new(Entries.Add(entry), Chain.Append(Entries.Count + 1, entry.Hash));
}
