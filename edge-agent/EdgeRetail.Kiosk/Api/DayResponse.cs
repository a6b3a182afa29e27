namespace EdgeRetail.Kiosk.Api;

/// <summary>The business date now, what was recorded since the latest close, and the latest closes, the newest first.</summary>
public sealed record DayResponse(DateOnly BusinessDate, string Currency, int MinorDigits, DayFiguresView Open, IReadOnlyList<DayCloseView> Closes);
