using System.Globalization;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>
/// States of the sync that a person should know of, with what to do: the same codes as the cloud's operators see. The gravest
/// first. Pure.
/// </summary>
public static class SyncConditions
{
    public const string CloneSuspected = "CLONE_SUSPECTED";
    public const string CloudLostDurable = "CLOUD_LOST_DURABLE";
    public const string Rewinding = "REWINDING";
    public const string NewStream = "NEW_STREAM";
    public const string Resyncing = "RESYNCING";
    public const string EntriesQuarantined = "ENTRIES_QUARANTINED";
    public const string PendingTooLong = "PENDING_TOO_LONG";
    public const string ClockAhead = "CLOCK_AHEAD";
    public const string ClockBehind = "CLOCK_BEHIND";

    /// <summary>A clock that is off by less disturbs nobody.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <summary>So long a new stream is news.</summary>
    public static readonly TimeSpan NewStreamIsNews = TimeSpan.FromDays(7);

    /// <summary>So long a recount is asked for.</summary>
    public static readonly TimeSpan RecountIsDue = TimeSpan.FromDays(30);

    const string Enrolled = "ENROLLED";

    public static IReadOnlyList<HealthWarning> Of(SyncFacts facts, DateTimeOffset now)
    {
        var conditions = new List<HealthWarning>();
        var sync = facts.Sync;
        if (IsHeld(sync)) conditions.Add(new(CloneSuspected, $"Held: clone suspected. {sync.LastErrorMessage}", SyncAdvice.NextStep(CloneSuspected)));
        var opened = now - facts.StreamOpenedAt;
        if (facts.StreamOpenedBecause == CloudLostDurable && opened < RecountIsDue)
            conditions.Add(new(CloudLostDurable, "The cloud lost durable data: entries that this device no longer keeps. It goes on under a new stream.", "Count the stock of this store. The cloud's operator sees which entries are missing."));
        if (facts.RewindsThrough > facts.AcknowledgedThrough)
        {
            conditions.Add(new(
                Rewinding, $"Rewinding: the cloud was set back after it had acknowledged {Number(facts.RewindsThrough)} entries; {Number(facts.RewindsThrough - facts.AcknowledgedThrough)} of them go up again.",
                "Nothing to do: it ends by itself, and selling goes on. Tell support that the cloud was set back."));
        }

        if (facts.StreamOpenedBecause is not ("" or Enrolled or CloudLostDurable) && opened < NewStreamIsNews)
            conditions.Add(new(NewStream, $"New stream ({facts.StreamOpenedBecause}): everything kept here is sent again and is counted once.", "Nothing is lost. Tell support if nobody restored or copied this device's disk."));
        if (sync.Resync is { } resync)
        {
            var progress = resync.RowsTotal == 0 ? "" : $" {Number(Math.Min(resync.Rows, resync.RowsTotal))} of {Number(resync.RowsTotal)} rows so far.";
            conditions.Add(new(Resyncing, $"The stock is read anew; until then the figures before are shown.{progress}", SyncAdvice.NextStep(Resyncing)));
        }

        if (facts.QuarantinedCount > 0)
        {
            conditions.Add(new(
                EntriesQuarantined, $"{Number(facts.QuarantinedCount)} {(facts.QuarantinedCount == 1 ? "entry stands" : "entries stand")} in quarantine: the cloud has what was recorded, and does not count it yet.",
                "Nothing at the till. The cloud's operator sees which and why."));
        }

        if (facts.CoverageIsLate)
        {
            conditions.Add(new(
                PendingTooLong, $"Entries that the cloud acknowledged more than {CoverageWatch.Patience.TotalMinutes:0} minutes ago are not in the stock figures it sends.",
                "Selling goes on. Tell support: the cloud's operator runs 'cloud-sync verify'."));
        }

        if (facts.ClockOffset is { } offset && offset.Duration() > ClockTolerance)
        {
            conditions.Add(new(
                offset > TimeSpan.Zero ? ClockAhead : ClockBehind, $"The clock of this machine is {Off(offset.Duration())} {(offset > TimeSpan.Zero ? "ahead" : "behind")}.",
                "Set it ('timedatectl set-ntp true'). Until then entries count by the corrected time."));
        }

        return conditions;
    }

    /// <summary>What the cloud does not know better: whether it holds the device, when it opened the stream, what it lost.</summary>
    public static bool IsForTheCloud(HealthWarning condition) => condition.Code is not (CloneSuspected or CloudLostDurable or Rewinding or NewStream);

    /// <summary>The refusal was the cloud's last word, also where the agent does not run now.</summary>
    static bool IsHeld(SyncStatus sync) => sync.LastErrorCode == CloneSuspected && sync.State != SyncState.Connected && !(sync.LastContactAt > sync.LastErrorAt);

    static string Off(TimeSpan offset) => offset.TotalDays switch
    {
        >= 2 * 365 => string.Create(CultureInfo.InvariantCulture, $"{offset.TotalDays / 365.25:0} years"),
        >= 2 => string.Create(CultureInfo.InvariantCulture, $"{offset.TotalDays:0} days"),
        _ when offset.TotalHours >= 2 => string.Create(CultureInfo.InvariantCulture, $"{offset.TotalHours:0} h"),
        _ when offset.TotalMinutes >= 2 => string.Create(CultureInfo.InvariantCulture, $"{offset.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:0} s"),
    };

    static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
