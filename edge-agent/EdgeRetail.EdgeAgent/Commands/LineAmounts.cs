using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>The arithmetic of lines: integers, half away from zero. Pure. What passes the bounds comes out just above them, for the rules to name.</summary>
static class LineAmounts
{
    /// <summary>Unit price times quantity.</summary>
    public static Money Amount(Money unitPrice, Quantity quantity) => new(Round((Int128)unitPrice.MinorUnits * quantity.Thousandths, 1000), unitPrice.Currency);

    /// <summary>The unit price that an amount stands for.</summary>
    public static Money UnitPrice(Money amount, Quantity quantity) =>
        quantity.Thousandths == 0 ? amount : new(Round((Int128)amount.MinorUnits * 1000, quantity.Thousandths), amount.Currency);

    /// <summary>So many hundredths of a percent of it.</summary>
    public static Money Share(Money amount, int hundredths) => amount with { MinorUnits = Round((Int128)amount.MinorUnits * hundredths, 10_000) };

    /// <summary>The part of a sold amount that a part of the sold quantity has; the last part gets what is left.</summary>
    public static long ProRata(long soldMinor, long soldThousandths, long thousandths, long leftMinor, long leftThousandths) =>
        thousandths == leftThousandths ? leftMinor : Math.Min(leftMinor, Round((Int128)soldMinor * thousandths, soldThousandths));

    public static Money Total(IEnumerable<Money> amounts, Currency currency) =>
        new(Clamp(amounts.Aggregate((Int128)0, (sum, amount) => sum + amount.MinorUnits)), currency);

    static long Round(Int128 numerator, Int128 denominator)
    {
        if (denominator < 0) return Round(-numerator, -denominator);
        var half = numerator < 0 ? -denominator : denominator;
        return Clamp(((2 * numerator) + half) / (2 * denominator));
    }

    static long Clamp(Int128 value) => (long)Int128.Clamp(value, -ProtocolLimits.AmountMinorMax * 2_000, ProtocolLimits.AmountMinorMax * 2_000);
}
