namespace EdgeRetail.Contracts.Entries;

/// <summary>The tax within a line's amount. It can be computed again from the line's amount alone.</summary>
public sealed record LineTax(TaxRate Rate, Money Amount)
{
    /// <summary>The tax of what a line costs before tax is added: the amount with tax, and the tax within it.</summary>
    public static (Money Amount, LineTax Tax) Of(TaxRate rate, Money price)
    {
        var tax = price with { MinorUnits = rate.Of(price.MinorUnits) };
        return (rate.Inclusive ? price : price with { MinorUnits = price.MinorUnits + tax.MinorUnits }, new(rate, tax));
    }

    /// <summary>Whether this is the tax of a line of that amount, by the rate's own rule.</summary>
    public bool IsOf(Money amount) => Amount.MinorUnits == Rate.Of(Rate.Inclusive ? amount.MinorUnits : amount.MinorUnits - Amount.MinorUnits);
}
