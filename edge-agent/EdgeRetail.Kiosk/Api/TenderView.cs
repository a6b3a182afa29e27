namespace EdgeRetail.Kiosk.Api;

/// <summary>How a part of the total was paid, or paid back: cash, card or other. Below 0 on a sale: change, given back in cash.</summary>
public sealed record TenderView(string Kind, long AmountMinor);
