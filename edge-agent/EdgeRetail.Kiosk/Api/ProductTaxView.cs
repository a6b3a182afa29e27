namespace EdgeRetail.Kiosk.Api;

/// <summary>The tax of a product: in the price, or added to it. Rounding is halfUp, halfEven or down.</summary>
public sealed record ProductTaxView(string RateId, int RateHundredths, bool Inclusive, string Rounding);
