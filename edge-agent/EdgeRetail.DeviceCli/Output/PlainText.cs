using System.Globalization;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Output;

/// <summary>Figures as people read them.</summary>
static class PlainText
{
    public static string Quantity(long thousandths) => new Quantity(thousandths, Unit.Each).ToString();

    /// <summary>With its unit, where that is not the piece.</summary>
    public static string Quantity(long thousandths, string unit) => unit == "each" ? Quantity(thousandths) : $"{Quantity(thousandths)} {unit}";

    public static string Signed(long thousandths) => thousandths > 0 ? $"+{Quantity(thousandths)}" : Quantity(thousandths);

    public static string Amount(long minor, string currency) => new Money(minor, Currency.Parse(currency)).ToDecimal().ToString($"F{Currency.Parse(currency).MinorDigits}", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string many) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    /// <summary>The time on the shop's clocks; in UTC, and saying so, where this machine does not know the shop's zone.</summary>
    public static string Time(DateTimeOffset time, string timeZone) => TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone)
        ? TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset? time, string timeZone) => time is { } known ? Time(known, timeZone) : "never";

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes / (double)(1L << 30):0.0} GB",
        >= 1L << 20 => $"{bytes / (double)(1L << 20):0.0} MB",
        _ => $"{bytes / 1024.0:0.0} KB",
    };

    public static string Product(string name, string brand, string size) => string.Join(' ', new[] { brand, name, size }.Where(part => part.Length > 0));

    public static string Stock(StockItemView item) => Quantity(item.OnHandThousandths, item.Unit);
}
