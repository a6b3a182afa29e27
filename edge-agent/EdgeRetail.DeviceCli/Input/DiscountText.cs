using EdgeRetail.Contracts.Entries;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Input;

/// <summary>A discount as it is typed: an amount, or a percentage with at most two decimals.</summary>
static class DiscountText
{
    /// <exception cref="CommandFailure">PRICE_INVALID, DISCOUNT_INVALID.</exception>
    public static DiscountRequest Parse(string text, Currency currency)
    {
        if (!text.TrimEnd().EndsWith('%')) return new(LineText.Price(text, currency));
        return LineText.Scaled(text.TrimEnd()[..^1], 100m) is { } hundredths and >= int.MinValue and <= int.MaxValue
            ? new(null, (int)hundredths)
            : throw CommandFailure.Usage("DISCOUNT_INVALID", $"'{text}' is no discount.", "Write it as 0.50, or as 10% with at most two decimals.");
    }
}
