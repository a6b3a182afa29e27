using System.Globalization;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Storage;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>What of a device's standing a person should know of: the same codes, words and next steps on every surface. Pure.</summary>
public static class DeviceConditions
{
    public const string CloneSuspected = "CLONE_SUSPECTED";
    public const string Rewinding = "REWINDING";
    public const string NewStream = "NEW_STREAM";
    public const string CloudLostDurable = NewStreamCodes.CloudLostDurable;
    public const string ClockAhead = "CLOCK_AHEAD";
    public const string ClockBehind = "CLOCK_BEHIND";
    public const string Resyncing = "RESYNCING";
    public const string TailMissing = "TAIL_MISSING";
    public const string Decommissioned = "DECOMMISSIONED";

    /// <summary>A clock that is off by less disturbs nobody.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    /// <summary>So long a new stream is news.</summary>
    public static readonly TimeSpan NewStreamIsNews = TimeSpan.FromDays(7);

    /// <summary>So long a recount is asked for.</summary>
    public static readonly TimeSpan RecountIsDue = TimeSpan.FromDays(30);

    /// <summary>In seconds. A clock may be off by more than a time span holds.</summary>
    const double Day = 86_400;

    static readonly TimeSpan ClockBound = Contracts.ProtocolLimits.ClockBound;

    /// <summary>The gravest first.</summary>
    public static IReadOnlyList<DeviceCondition> Of(DeviceSummary device, DateTimeOffset now)
    {
        if (device.State == DeviceState.Retired) return device.LagEntries > 0 ? [Missing(device)] : [];
        var conditions = new List<DeviceCondition>();
        if (device.State == DeviceState.Held) conditions.Add(Held(device));
        if (device.Lineage is { HoleFirst: { } first, HoleLast: { } last } && now - device.Lineage.OpenedAt < RecountIsDue) conditions.Add(Lost(first, last));
        foreach (var reported in device.Reported)
        {
            if (reported.Through is { } through && device.AppliedThrough >= through) continue;
            if (reported is { Code: Rewinding, Through: not null }) conditions.Add(Rewound(device, reported));
            else if (reported.Code == Decommissioned) conditions.Add(new(Decommissioned, reported.Message, Tone.Waiting, $"Retire it: 'cloud-sync device retire {device.DeviceCode}'."));
            else if (!IsKnownBetter(device, reported.Code)) conditions.Add(ReportedConditions.Of(reported));
        }

        if (device.Lineage is { HoleFirst: null, OpenedBecause: not NewStreamCodes.Enrolled } lineage && now - lineage.OpenedAt < NewStreamIsNews) conditions.Add(Opened(lineage, now));
        if (device is { ResyncRowsTotal: > 0 } && device.ResyncRows < device.ResyncRowsTotal)
            conditions.Add(new(Resyncing, $"Re-syncing {PlainWords.Count(device.ResyncRows)} of {PlainWords.Count(device.ResyncRowsTotal)} rows of its cache.", Tone.Waiting, "Nothing: selling goes on, and it ends by itself."));
        if (device.ClockOffsetMs is { } offset && Math.Abs((double)offset) > ClockTolerance.TotalMilliseconds) conditions.Add(Clock(offset));
        return conditions;
    }

    /// <summary>What the cloud says of the device with figures of its own.</summary>
    static bool IsKnownBetter(DeviceSummary device, string code) => code switch
    {
        CloneSuspected or Rewinding or NewStream or CloudLostDurable => true,
        ClockAhead or ClockBehind => device.ClockOffsetMs is not null,
        Resyncing => device.ResyncRows < device.ResyncRowsTotal,
        _ => false,
    };

    /// <summary>"76 years", "3 days", "12 s": how far a clock is off.</summary>
    public static string Off(long milliseconds) => (Math.Abs((double)milliseconds) / 1000) switch
    {
        >= 2 * 365 * Day and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / Day / 365.25:0} years"),
        >= 2 * Day and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / Day:0} days"),
        >= 7_200 and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0} h"),
        >= 120 and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
    };

    static DeviceCondition Held(DeviceSummary device) => new(
        CloneSuspected,
        $"Held: clone suspected. {device.HeldReason ?? "Two ledgers seem to share its identity."}",
        Tone.Bad,
        $"Find both copies. 'cloud-sync device add --successor-of {device.DeviceCode} --store {device.StoreId} --code CODE --out FILE', 'edgeretail enrol --from FILE' on one of them, then 'cloud-sync device release {device.DeviceCode}' for the other.");

    static DeviceCondition Lost(long first, long last) => new(
        CloudLostDurable,
        $"Cloud lost durable data: entries {PlainWords.Count(first)} to {PlainWords.Count(last)} of its stream before, which the device no longer keeps.",
        Tone.Bad,
        "Count the stock of its store: what those entries moved is known from paper receipts only.");

    static DeviceCondition Missing(DeviceSummary device) => new(
        TailMissing,
        $"Retired without its last {PlainWords.Count(device.LagEntries, "entry", "entries")}: {PlainWords.Count(device.AppliedThrough + 1)} to {PlainWords.Count(device.LastSequence)} of its stream never arrived.",
        Tone.Bad,
        "Count the stock of its store: what they moved is on paper receipts only, or on its disk, where 'edgeretail decommission' left the ledger.");

    static DeviceCondition Rewound(DeviceSummary device, ReportedCondition reported) => new(
        Rewinding,
        $"Rewinding: {reported.Message} {PlainWords.Count(reported.Through is { } through ? through - device.AppliedThrough : device.LagEntries, "entry", "entries")} to go.",
        Tone.Waiting,
        "Nothing for the device: it ends by itself. Find out why the database was set back: 'cloud-sync verify'.");

    static DeviceCondition Opened(DeviceLineage lineage, DateTimeOffset now) => new(
        NewStream,
        $"New stream {PlainWords.Ago(lineage.OpenedAt, now)}: {lineage.OpenedBecause}.{(lineage.Reason is { Length: > 0 } reason ? $" {reason}" : "")}",
        Tone.Waiting,
        lineage.OpenedBecause is NewStreamCodes.LedgerSetBack or NewStreamCodes.LedgerForked or NewStreamCodes.LedgerCopied or NewStreamCodes.LocalRollback
            ? "Nothing is lost. Find out who restored or copied its disk; receipts printed since may repeat."
            : "Nothing: everything that it keeps was sent again and is counted once.");

    static DeviceCondition Clock(long offset) => new(
        offset > 0 ? ClockAhead : ClockBehind,
        $"Clock {(offset > 0 ? "ahead" : "behind")} by {Off(offset)}.",
        Math.Abs((double)offset) > ClockBound.TotalMilliseconds ? Tone.Bad : Tone.Waiting,
        "Set it on the device ('timedatectl set-ntp true'). Until then its entries count by the corrected time.");
}
