namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>The entries of one business date among those of a close.</summary>
public sealed record DayCloseBucket(DateOnly Date, bool IsLate, long EntryCount, IReadOnlyList<DayCloseTotals> Totals);
