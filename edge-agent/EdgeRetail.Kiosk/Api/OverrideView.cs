namespace EdgeRetail.Kiosk.Api;

/// <summary>The catalogue's unit price, where a line was sold at another.</summary>
public sealed record OverrideView(long OldUnitPriceMinor, string Reason, string Approver);
