using System.Globalization;
using EdgeRetail.Simulation.Runs;

namespace EdgeRetail.Simulation.Tests;

/// <summary>Many seeds over stores in memory, each twice with an equal trace.</summary>
[TestFixture]
public sealed class CampaignTests
{
    const int Seeds = 400;
    const int FiredMin = 50;

    CampaignResult result = null!;

    [OneTimeSetUp]
    public void Simulated() => result = Campaign.Run(new(), firstSeed: 1, Seeds, Environment.ProcessorCount);

    [Test]
    public void Every_invariant_holds_at_every_step_and_at_rest_under_every_fault() =>
        Assert.That(result.Failures.Select(failure => $"{failure.Violation}\n  {result.Options.ReplayCommand(failure.Seed)}"), Is.Empty);

    [Test]
    public void Every_fault_and_every_verdict_came_often_enough_to_count()
    {
        TestContext.Out.WriteLine(string.Join("\n", result.Tally.Counts.Select(fired => string.Create(CultureInfo.InvariantCulture, $"{fired.Key,-44} {fired.Value,10:N0}"))));

        Assert.That(Expected.Where(what => result.Tally[what] < FiredMin).Select(what => $"{what}: {result.Tally[what]}"), Is.Empty);
    }

    static IEnumerable<string> Expected =>
    [
        .. Enum.GetValues<Faults>().Where(fault => fault is not (Faults.None or Faults.All)).Select(fault => $"fault {fault}"),
        "fault Restore unnoticed",
        "verdict Resume", "verdict Held", "verdict Hold", "verdict SnapshotRequired",
        "verdict NewStream LEDGER_SET_BACK", "verdict NewStream LEDGER_FORKED", "verdict NewStream LEDGER_COPIED", "verdict NewStream STREAM_UNKNOWN", "verdict NewStream ENROLLED_AGAIN",
        "refusal SESSION_FENCED", "refusal SEQUENCE_GAP", "refusal FEED_SET_BACK", "refusal ASSIGNMENT_CHANGED", "refusal DATABASE_UNAVAILABLE",
        "disposition Duplicate", "disposition Quarantined", "alarm CLOUD_LOST_DURABLE", "alarm NEW_STREAM",
        "cache read anew", "page behind head", "page at head", "entries pruned", "durable mark", "operator enrolled a copy", "operator released", "sale refused, disk full",
        "end CLOUD_TIMEOUT", "end CLOUD_WENT_BACK", "end CLOUD_UNREACHABLE", "end PAGE_OUT_OF_ORDER", "end CHAIN_MISMATCH",
    ];
}
