using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>Recomputes one stream's chain over the ledger's entries and compares it wherever the ledger wrote it down.</summary>
sealed class ChainWalk(Ledger ledger, LedgerStream stream, Queue<(long Sequence, Digest Chain)> checkpoints, Verdicts verdicts)
{
    readonly long cut = Math.Clamp(ledger.PrunedThrough - stream.BasePosition, 0, long.MaxValue);
    long sequence;
    Digest chain = Chain.Start(stream.Id);

    // Of a closed stream whose beginning was pruned nothing can be recomputed; of the current one the chain at the cut is kept.
    bool IsUnknown => cut > 0 && !stream.IsCurrent;

    public void Take(long position, Digest hash)
    {
        var next = position - stream.BasePosition;
        if (IsUnknown || next < 1 || next > stream.LastSequence) return;
        if (sequence == 0) Begin();
        if (next != sequence + 1) return;
        sequence = next;
        chain = Chain.Append(chain, sequence, hash);
        CompareAt(sequence);
    }

    public void End(long lastPosition)
    {
        if (IsUnknown) return;
        if (sequence == 0) Begin();
        if (sequence != stream.LastSequence) verdicts["S4"].Broken($"{ledger}: stream {stream.Id} should reach {stream.LastSequence} and its entries reach {sequence}");
        if (stream.IsCurrent && lastPosition - stream.BasePosition > stream.LastSequence)
            verdicts["S4"].Broken($"{ledger}: position {lastPosition} lies beyond the stream's last sequence {stream.LastSequence}");
        if (stream.AcknowledgedThrough > stream.LastSequence) verdicts["S6"].Broken($"{ledger}: {stream.AcknowledgedThrough} acknowledged of {stream.LastSequence}");
    }

    void Begin()
    {
        sequence = cut;
        if (cut > 0)
        {
            while (checkpoints.TryPeek(out var before) && before.Sequence < cut) checkpoints.Dequeue();
            if (checkpoints.TryPeek(out var kept) && kept.Sequence == cut) chain = kept.Chain;
            else verdicts["S8"].Broken($"{ledger}: pruned through sequence {cut} of stream {stream.Id}, and the chain there was not kept");
        }

        CompareAt(sequence);
    }

    void CompareAt(long at)
    {
        if (at == stream.LastSequence && stream.LastChain is { } last && last != chain) verdicts["S4"].Broken($"{ledger}: the chain at {at} is {chain}, the ledger says {last}");
        if (at == stream.AcknowledgedThrough && stream.AcknowledgedChain is { } acknowledged && acknowledged != chain)
            verdicts["S6"].Broken($"{ledger}: the chain acknowledged at {at} is {acknowledged}, the ledger's is {chain}");
        while (checkpoints.TryPeek(out var checkpoint) && checkpoint.Sequence <= at)
        {
            checkpoints.Dequeue();
            if (checkpoint.Sequence == at && checkpoint.Chain != chain) verdicts["S4"].Broken($"{ledger}: the checkpoint at {at} is {checkpoint.Chain}, the chain is {chain}");
        }
    }
}
