using System.Globalization;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.TestKit;

namespace EdgeRetail.Simulation.Tests;

/// <summary>Many seeds over stores in memory, each twice with an equal trace.</summary>
[TestFixture]
public sealed class CampaignTests
{
    const int FiredMin = 50;

    /// <summary>What CI has minutes for, a desk has not.</summary>
    static readonly int Seeds = Environment.GetEnvironmentVariable("EDGERETAIL_SIMULATED_SEEDS") is { Length: > 0 } seeds ? int.Parse(seeds, CultureInfo.InvariantCulture) : Desk.IsCi ? 10_000 : 1_000;

    CampaignResult result = null!;

    [OneTimeSetUp]
    public void Simulated()
    {
        var lab = new LabRun("simulator over its model");
        result = Campaign.Run(new() { Minutes = 10 }, firstSeed: 1, Seeds, Environment.ProcessorCount);
        lab.Count(LabFigure.ModelSeeds, result.Seeds);
        lab.End();
    }

    [Test]
    public void Every_invariant_holds_at_every_step_and_at_rest_under_every_fault() =>
        Assert.That(result.Failures.Select(failure => $"{failure.Violation}\n  {result.Options.ReplayCommand(failure.Seed)}"), Is.Empty);

    [TestCase(7017, Description = "an idle device of a quiet store was never told that a standby had lost its last entry")]
    public void A_seed_that_once_broke_an_invariant_holds(long seed) => Assert.That(SeedRun.Run(new() { Minutes = 10, Faults = Faults.First & ~Faults.Migration }, seed).Violation, Is.Null);

    [Test]
    public void Every_fault_and_every_verdict_came_often_enough_to_count()
    {
        TestContext.Out.WriteLine(Fired.Table(result));

        Assert.That(Fired.TooRarely(result, FiredMin), Is.Empty);
    }
}
