namespace EdgeRetail.EdgeAgent.Retention;

/// <summary>What a round of pruning did: how many entries went, and how long each of its transactions held the writer.</summary>
public sealed record PruningOutcome(long Entries, IReadOnlyList<TimeSpan> Transactions)
{
    public TimeSpan LongestTransaction => Transactions.Count > 0 ? Transactions.Max() : TimeSpan.Zero;
}
