namespace EdgeRetail.Kiosk.Api;

/// <summary>The lowest and the highest receipt number of a series, and how many receipts there are.</summary>
public sealed record ReceiptRangeView(string Series, int First, int Last, long Count);
