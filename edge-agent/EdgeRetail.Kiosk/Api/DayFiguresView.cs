namespace EdgeRetail.Kiosk.Api;

/// <summary>What some entries come to. <see cref="ExpectedCash"/> is what they added to the drawer, whatever their dates.</summary>
public sealed record DayFiguresView(long EntryCount, string Digest, IReadOnlyList<ReceiptRangeView> Receipts, IReadOnlyList<DayBucketView> Dates, IReadOnlyList<AmountView> ExpectedCash);
