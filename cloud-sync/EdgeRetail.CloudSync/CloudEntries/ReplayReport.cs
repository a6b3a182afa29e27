using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What came of replaying all of a cause: how many were merged, which stay and why, and what stopped it, if anything did.</summary>
public sealed record ReplayReport(int Replayed, IReadOnlyList<SettlementOutcome.Unmergeable> Left, Problem? Problem);
