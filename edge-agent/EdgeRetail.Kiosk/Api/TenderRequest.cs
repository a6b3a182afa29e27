namespace EdgeRetail.Kiosk.Api;

/// <summary>What was handed over: cash, card or other. Without an amount it pays what the others leave; too much cash gives change.</summary>
public sealed record TenderRequest(string Kind, long? AmountMinor = null);
