using System.Globalization;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Input;

/// <summary>A line as it is typed: <c>CODE[*QTY][@PRICE][~DISCOUNT]</c>. None of *, @ and ~ can stand in a product code.</summary>
sealed record LineText(string Product, long QuantityThousandths, long? UnitPriceMinor, DiscountRequest? Discount = null)
{
    const decimal Representable = 9_000_000_000_000_000m;

    /// <exception cref="CommandFailure">LINE_INVALID, QUANTITY_INVALID, PRICE_INVALID.</exception>
    public static LineText Parse(string text, Currency currency)
    {
        var rest = text;
        DiscountRequest? discount = null;
        if (rest.IndexOf('~', StringComparison.Ordinal) is var tilde and >= 0)
        {
            discount = DiscountText.Parse(rest[(tilde + 1)..], currency);
            rest = rest[..tilde];
        }

        long? price = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            price = Price(rest[(at + 1)..], currency);
            rest = rest[..at];
        }

        var quantity = 1000L;
        if (rest.IndexOf('*', StringComparison.Ordinal) is var star and >= 0)
        {
            quantity = Quantity(rest[(star + 1)..]);
            rest = rest[..star];
        }

        return rest.Trim().Length == 0
            ? throw CommandFailure.Usage("LINE_INVALID", $"'{text}' names no product.", "Write a line as CODE, CODE*QTY or CODE*QTY@PRICE, such as 4006381333931*2@1.29.")
            : new(rest.Trim(), quantity, price, discount);
    }

    /// <summary>Thousandths. How much is too much is the ledger's to say.</summary>
    public static long Quantity(string text) =>
        Scaled(text, 1000m) ?? throw CommandFailure.Usage("QUANTITY_INVALID", $"'{text}' is no quantity.", "Write it as 2 or 0.375, with at most three decimals.");

    /// <summary>Minor units.</summary>
    public static long Price(string text, Currency currency) =>
        Scaled(text, currency.MinorDigits switch { 0 => 1m, 3 => 1000m, _ => 100m })
        ?? throw CommandFailure.Usage("PRICE_INVALID", $"'{text}' is no amount of {currency}.", $"Write it with a point and at most {currency.MinorDigits} decimals.");

    internal static long? Scaled(string text, decimal scale)
    {
        if (!decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return null;
        // An absurd figure keeps being absurd: it is refused as such, with its own code.
        if (Math.Abs(value) > Representable / scale) return (long)(Math.Sign(value) * Representable);
        var scaled = value * scale;
        return scaled == decimal.Truncate(scaled) ? (long)scaled : null;
    }
}
