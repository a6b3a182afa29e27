namespace EdgeRetail.CloudSync.Operations;

/// <summary>The state of everything in one sentence and, where there is more to say, a second.</summary>
public sealed record SummaryWords(string Sentence, string Detail, Tone Tone)
{
    public static SummaryWords Of(SyncSummary summary)
    {
        if (summary.Stores == 0) return new("No store yet.", "Add one with: cloud-sync store add", Tone.Quiet);
        if (summary.Devices == 0) return new("No device yet.", "Add one with: cloud-sync device add", Tone.Quiet);

        var away = summary.Devices - summary.DevicesConnected;
        var waiting = PlainWords.Count(summary.OutboxReported, "entry", "entries");
        var oldest = summary.OldestUnsentAt is { } at ? $", the oldest from {PlainWords.Ago(at, summary.AsOf)}" : "";
        var connected = away == 0 ? summary.Devices == 1 ? "The one device is connected" : $"All {summary.Devices} devices are connected"
            : summary.DevicesConnected == 0 ? summary.Devices == 1 ? "The one device is not connected" : $"None of {summary.Devices} devices is connected"
            : $"{summary.DevicesConnected} of {summary.Devices} devices are connected";
        var detail = (summary.OutboxReported, away) switch
        {
            (0, 0) => "Everything they recorded has arrived.",
            (0, _) => "What they last reported has arrived; what they recorded since is not known here.",
            (_, 0) => $"{waiting} {(summary.OutboxReported == 1 ? "is" : "are")} on the way{oldest}.",
            _ => $"{waiting} {(summary.OutboxReported == 1 ? "waits" : "wait")} on devices, as far as they have said{oldest}.",
        };
        if (summary.Quarantined > 0) detail += $" {PlainWords.Count(summary.Quarantined, "entry is", "entries are")} in quarantine.";
        var (held, lost, troubled) = (summary.DeviceConditions.Held, summary.DeviceConditions.LostDurable, summary.DeviceConditions.ReportsTrouble);
        if (held > 0) detail += $" {PlainWords.Count(held, "device is", "devices are")} held: clone suspected.";
        if (lost > 0) detail += $" The cloud lost durable data of {PlainWords.Count(lost, "device", "devices")}: count the stock.";
        if (troubled > 0) detail += $" {PlainWords.Count(troubled, "device reports", "devices report")} trouble of {(troubled == 1 ? "its" : "their")} own.";
        var tone = summary.Quarantined > 0 || held > 0 || lost > 0 || troubled > 0 || (away > 0 && summary.DevicesConnected == 0) ? Tone.Bad : away > 0 || summary.OutboxReported > 0 ? Tone.Waiting : Tone.Good;
        return new(connected + ".", detail, tone);
    }
}
