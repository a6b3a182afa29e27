namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>The business date of an instant: the store's local time less its cut-off; in UTC where this machine lacks the zone.</summary>
public sealed class BusinessCalendar(string timeZone, int dayCutOffMinutes)
{
    readonly TimeZoneInfo zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found) ? found : TimeZoneInfo.Utc;

    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime - TimeSpan.FromMinutes(dayCutOffMinutes));
}
