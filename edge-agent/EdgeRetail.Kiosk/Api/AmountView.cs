namespace EdgeRetail.Kiosk.Api;

/// <summary>An amount in its currency's minor units.</summary>
public sealed record AmountView(string Currency, long Minor);
