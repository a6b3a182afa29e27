namespace EdgeRetail.CloudSync.Operations;

/// <summary>The tax within a line's amount: the rate's id and percentage, whether the shown price holds it, and how it was rounded.</summary>
public sealed record EntryLineTax(string RateId, decimal Percent, bool Inclusive, MoneyValue Amount, string Rounding);
