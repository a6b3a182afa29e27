namespace EdgeRetail.Kiosk.Api;

/// <summary>What was taken off a line.</summary>
public sealed record DiscountView(long AmountMinor, string Reason, string Approver);
