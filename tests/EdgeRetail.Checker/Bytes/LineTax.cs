namespace EdgeRetail.Checker.Bytes;

/// <summary>The tax of a sold line. Rounding as on the wire: 1 a half up, 2 a half to even, 3 down.</summary>
public sealed record LineTax(string RateId, long RateHundredths, bool Inclusive, long AmountMinor, int Rounding);
