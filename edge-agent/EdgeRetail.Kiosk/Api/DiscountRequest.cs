namespace EdgeRetail.Kiosk.Api;

/// <summary>What is taken off a line: an amount, or hundredths of a percent of what it costs (1000 is 10 %).</summary>
public sealed record DiscountRequest(long? AmountMinor = null, int? Hundredths = null, string Reason = "");
