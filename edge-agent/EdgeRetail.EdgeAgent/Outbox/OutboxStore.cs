using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>The ledger's entries above what the cloud has acknowledged, in sequence. Reading does not remove; nothing here ever drops an entry.</summary>
public sealed class OutboxStore
{
    /// <summary>
    /// The entries after <paramref name="afterSequence"/>, in sequence, cut where the store changes and at the bounds (at least
    /// one entry); null where there are none.
    /// </summary>
    public OutboxBatch? ReadBatch(long afterSequence, int entriesMax, int bytesMax) => throw new NotSupportedException();

    /// <summary>Records how far the cloud has the stream and what became of entries, or nothing. A repeat changes nothing.</summary>
    public AcknowledgeOutcome Acknowledge(long appliedThrough, ChainHash appliedChain, long durableThrough, IReadOnlyList<EntryDisposition> dispositions) => throw new NotSupportedException();
}
