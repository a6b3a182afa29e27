using System.Globalization;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Runs;

namespace EdgeRetail.Simulation.Tests;

/// <summary>What has to have happened in a campaign before its silence means anything (V1).</summary>
static class Fired
{
    static readonly IReadOnlyList<string> Expected =
    [
        .. Enum.GetValues<Faults>().Where(fault => fault is not (Faults.None or Faults.All or Faults.First)).Select(fault => $"fault {fault}"),
        "fault Restore unnoticed", "migration killed", "migration made",
        .. Enum.GetValues<CrashPoint>().Select(point => $"crash {point}"),
        "verdict Resume", "verdict Held", "verdict Hold", "verdict Resync",
        "verdict NewStream LOCAL_ROLLBACK", "verdict NewStream LEDGER_SET_BACK", "verdict NewStream LEDGER_FORKED", "verdict NewStream LEDGER_COPIED", "verdict NewStream STREAM_UNKNOWN", "verdict NewStream ENROLLED_AGAIN",
        "verdict Resume, token adopted", "verdict Revoked", "operator enrolled anew",
        "refusal SESSION_FENCED", "refusal SEQUENCE_GAP", "refusal FEED_SET_BACK", "refusal ASSIGNMENT_CHANGED", "refusal DATABASE_UNAVAILABLE",
        "refusal BATCH_TOO_LARGE", "refusal OVERLOADED", "refusal REVOKED", "refusal STREAM_CLOSED", "refusal SEQUENCE_CONTENT_MISMATCH", "refusal CHAIN_MISMATCH", "refusal BATCH_DAMAGED", "refusal STREAM_UNKNOWN",
        "disposition Duplicate", "disposition Quarantined", "alarm CLOUD_LOST_DURABLE", "alarm NEW_STREAM", "alarm RESYNCING", "alarm CACHE_DIFFERS", "alarm CACHE_CORRECTED",
        "snapshot begun", "snapshot page", "cache read anew", "page behind head", "page at head",
        "entries pruned", "durable mark", "operator enrolled a copy", "operator released", "sale refused, disk full",
        "end CLOUD_TIMEOUT", "end CLOUD_WENT_BACK", "end CLOUD_UNREACHABLE", "end PAGE_OUT_OF_ORDER", "end CHAIN_MISMATCH",
        "entry of several lines", .. Enum.GetValues<EffectiveTimeSource>().Select(source => $"time {source}"),
    ];

    public static string Table(CampaignResult result) =>
        string.Join("\n", result.Tally.Counts.Select(fired => string.Create(CultureInfo.InvariantCulture, $"{fired.Key,-44} {fired.Value,10:N0}")))
        + string.Create(CultureInfo.InvariantCulture, $"\n{result.Seeds:N0} seeds, {result.Entries:N0} entries, {result.Elapsed.TotalSeconds:N0} s");

    public static IEnumerable<string> TooRarely(CampaignResult result, int min) => Expected.Where(what => result.Tally[what] < min).Select(what => $"{what}: {result.Tally[what]}");
}
