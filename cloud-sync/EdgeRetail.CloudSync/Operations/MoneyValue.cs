using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Money as JSON: integer minor units and the currency.</summary>
public sealed record MoneyValue(long Minor, string Currency)
{
    public static MoneyValue Of(Money money) => new(money.MinorUnits, money.Currency.Code);

    /// <summary>"3.49 EUR", for people.</summary>
    public override string ToString() => Contracts.Entries.Currency.TryParse(Currency, out var currency) ? new Money(Minor, currency).ToString() : $"{Minor} {Currency}";
}
