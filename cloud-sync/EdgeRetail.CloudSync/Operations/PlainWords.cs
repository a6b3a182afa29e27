using System.Globalization;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Figures as people say them, the same on the page and on the command line.</summary>
public static class PlainWords
{
    /// <summary>"just now", "3 min ago", "2 days ago", "never".</summary>
    public static string Ago(DateTimeOffset? time, DateTimeOffset now)
    {
        if (time is not { } then) return "never";
        var passed = now - then;
        return passed.TotalSeconds switch
        {
            < 5 => "just now",
            < 60 => $"{(int)passed.TotalSeconds} s ago",
            < 3600 => $"{(int)passed.TotalMinutes} min ago",
            < 48 * 3600 => $"{(int)passed.TotalHours} h ago",
            _ => $"{(int)passed.TotalDays} days ago",
        };
    }

    /// <summary>With thousands set apart: 1,234,567.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"1 entry", "2 entries".</summary>
    public static string Count(long value, string one, string many) => $"{Count(value)} {(value == 1 ? one : many)}";

    public static string Quantity(decimal value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    public static string Size(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes / 1024.0:0.#} KB",
        < 1 << 30 => $"{bytes / (1024.0 * 1024):0} MB",
        _ => $"{bytes / (1024.0 * 1024 * 1024):0.0} GB",
    };
}
