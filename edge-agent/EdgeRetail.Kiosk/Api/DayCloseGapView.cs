namespace EdgeRetail.Kiosk.Api;

/// <summary>One thing that is missing or differs.</summary>
public sealed record DayCloseGapView(string Code, string Message);
