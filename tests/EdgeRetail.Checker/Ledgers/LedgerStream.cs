using EdgeRetail.Checker.Bytes;

namespace EdgeRetail.Checker.Ledgers;

/// <summary>A row of the ledger's <c>stream</c>.</summary>
sealed record LedgerStream(Guid Id, long BasePosition, bool IsCurrent, long LastSequence, Digest? LastChain, long AcknowledgedThrough, Digest? AcknowledgedChain);
