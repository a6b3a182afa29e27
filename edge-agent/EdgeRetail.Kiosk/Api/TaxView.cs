namespace EdgeRetail.Kiosk.Api;

/// <summary>The tax within an amount, of a rate in hundredths of a percent; inclusive where the shown price holds it.</summary>
public sealed record TaxView(string RateId, int RateHundredths, bool Inclusive, long AmountMinor);
