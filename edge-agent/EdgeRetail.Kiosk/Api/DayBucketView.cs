namespace EdgeRetail.Kiosk.Api;

/// <summary>The entries of one business date; late: recorded after that date had been closed.</summary>
public sealed record DayBucketView(DateOnly Date, bool Late, long EntryCount, IReadOnlyList<DayTotalsView> Totals);
