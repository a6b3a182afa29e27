using System.Text.RegularExpressions;
using EdgeRetail.Simulation.Runs;

namespace EdgeRetail.Simulation.Tests;

/// <summary>Takes a rule of the protocol out of the simulated sides: a suite that does not notice would not notice its loss in the product.</summary>
[TestFixture]
public sealed partial class AblationTests
{
    [TestCase(ProtocolRule.DeDuplication, 10)]
    [TestCase(ProtocolRule.OwnMarker, 10)]
    [TestCase(ProtocolRule.RestampAll, 60)]
    [TestCase(ProtocolRule.CoverageById, 20)]
    [TestCase(ProtocolRule.CloneHold, 60)]
    [TestCase(ProtocolRule.GapCheck, 20)]
    [TestCase(ProtocolRule.CarriedCoverage, 20)]
    [TestCase(ProtocolRule.RetainUntilDurable, 60)]
    [TestCase(ProtocolRule.FeedHistory, 60)]
    [TestCase(ProtocolRule.Chain, 60)]
    [TestCase(ProtocolRule.Fence, 40)]
    [TestCase(ProtocolRule.BatchCheck, 20)]
    public void A_rule_that_is_taken_out_is_missed(ProtocolRule rule, int seeds)
    {
        var options = new SimulationOptions { Without = rule };
        var noticed = Enumerable.Range(1, seeds).Select(seed => SeedRun.Run(options, seed)).FirstOrDefault(outcome => outcome.Violation is { } violation && Invariant().IsMatch(violation));

        Assert.That(noticed, Is.Not.Null, $"{seeds} seeds without {rule} broke nothing");
        TestContext.Out.WriteLine($"{rule}: seed {noticed.Seed}, {noticed.Violation}");
        // Nothing else needs the fence: chains and gaps refuse what it would let in.
        if (rule == ProtocolRule.Fence) Assert.That(noticed.Violation, Does.StartWith("S11"));
    }

    /// <summary>A side that trips over its own missing rule has noticed nothing.</summary>
    [GeneratedRegex("^[SL][0-9]+")]
    private static partial Regex Invariant();
}
