namespace EdgeRetail.Kiosk.Api;

/// <summary>Something that does not stop the lane and that a person should look at.</summary>
public sealed record WarningView(string Code, string Message, string NextStep);
