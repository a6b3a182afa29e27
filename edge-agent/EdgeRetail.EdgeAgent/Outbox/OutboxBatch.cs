using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>Consecutive entries of one store, as stored, with the chain hash before the first and after the last.</summary>
public sealed record OutboxBatch(
    StreamId Stream,
    StoreId Store,
    long FirstSequence,
    ChainHash ChainBefore,
    IReadOnlyList<ReadOnlyMemory<byte>> Entries,
    ChainHash ChainAfter)
{
    public long LastSequence => FirstSequence + Entries.Count - 1;
}
