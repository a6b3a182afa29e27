namespace EdgeRetail.Kiosk.Api;

/// <summary>How a part of the total was paid, or paid back: cash, card or other.</summary>
public sealed record TenderView(string Kind, long AmountMinor);
