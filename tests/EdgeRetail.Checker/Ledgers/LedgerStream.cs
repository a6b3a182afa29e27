using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>A row of the ledger's <c>stream</c>.</summary>
sealed record LedgerStream(Guid Id, long BasePosition, bool IsCurrent, long LastSequence, Digest? LastChain, long AcknowledgedThrough, Digest? AcknowledgedChain, long DurableThrough, string OpenedBecause)
{
    /// <summary>Stands in a salvaged ledger until the cloud has opened a stream: nothing was ever sent under it from this ledger.</summary>
    public bool IsPlaceholder => OpenedBecause == "SALVAGE_UNDER_WAY";
}
