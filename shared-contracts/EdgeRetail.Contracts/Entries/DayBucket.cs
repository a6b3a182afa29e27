namespace EdgeRetail.Contracts.Entries;

/// <summary>The entries of one business date among those that a close counts. Late: the date had been closed before.</summary>
public sealed record DayBucket(DateOnly Date, bool IsLate, long EntryCount, IReadOnlyList<DayTotals> Totals);
