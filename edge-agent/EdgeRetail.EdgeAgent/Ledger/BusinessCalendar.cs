namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The business date of an instant: the store's local time less its cut-off. On a machine that lacks the zone's rules it
/// counts in UTC, says version "none", and selling goes on; the cloud computes the date again.
/// </summary>
sealed class BusinessCalendar
{
    public const string NoVersion = "none";
    const string VersionPrefix = "# version ";

    readonly TimeZoneInfo? zone;
    readonly TimeSpan cutOff;

    public BusinessCalendar(string timeZone, int dayCutOffMinutes, string timeZoneDirectory)
    {
        TimeZone = timeZone;
        DayCutOffMinutes = dayCutOffMinutes;
        cutOff = TimeSpan.FromMinutes(dayCutOffMinutes);
        if (TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found)) zone = found;
        Version = zone is null ? NoVersion : ReadVersion(timeZoneDirectory);
    }

    public string TimeZone { get; }

    public int DayCutOffMinutes { get; }

    /// <summary>The version of the zone's rules, "none" without them, "unknown" where the machine does not say.</summary>
    public string Version { get; }

    public DateOnly DateOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime((zone is null ? instant.ToUniversalTime() : TimeZoneInfo.ConvertTime(instant, zone)).DateTime - cutOff);

    static string ReadVersion(string directory)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(directory, "tzdata.zi")).FirstOrDefault() ?? "";
            return line.StartsWith(VersionPrefix, StringComparison.Ordinal) ? line[VersionPrefix.Length..].Trim() : "unknown";
        }
        catch (IOException)
        {
            return "unknown";
        }
        catch (UnauthorizedAccessException)
        {
            return "unknown";
        }
    }
}
