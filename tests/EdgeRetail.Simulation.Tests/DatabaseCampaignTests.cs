using EdgeRetail.Checker;
using EdgeRetail.Checker.History;
using EdgeRetail.DevPostgres;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.TestKit;

namespace EdgeRetail.Simulation.Tests;

/// <summary>
/// Seeds over real SQLite files and a real PostgreSQL, through the product's own stores: each has to go the way of the model,
/// step by step, and to leave the same rows. The checker that shares no code with the product reads those too.
/// </summary>
[TestFixture]
public sealed class DatabaseCampaignTests
{
    const int Seeds = 200;
    const int PlainSeeds = 30;
    const int FiredMin = 3;

    /// <summary>
    /// What takes nothing back that was there: every invariant has to hold by the rows alone. But for clocks that jump: one that
    /// did so within the last session stands ahead in its ledger until the next.
    /// </summary>
    const Faults Plain = Faults.Loss | Faults.Duplicate | Faults.Reorder | Faults.Zombie | Faults.Partition | Faults.Crash | Faults.PowerCut | Faults.Restart | Faults.Away
        | Faults.Poison | Faults.DiskFull;

    /// <summary>What rows say whatever was set back, copied or moved; the others a checker judges only who knows the story.</summary>
    static readonly string[] SaidByRowsAlone = ["S1", "S2", "S5", "S14", "S17", "S19"];

    /// <summary>Shorter than the model's runs: each statement goes to a server and back.</summary>
    static readonly SimulationOptions Options = new() { Databases = true, Minutes = 6 };

    RealServer? server;
    CampaignResult result = null!;

    [OneTimeSetUp]
    public async Task Simulated()
    {
        try
        {
            server = await RealServer.StartAsync();
        }
        catch (EmbeddedPostgresException e) when (e.Code is EmbeddedPostgresErrors.EngineMissing or EmbeddedPostgresErrors.FetchFailed or EmbeddedPostgresErrors.CommandMissing)
        {
            Desk.IgnoreExceptInCi(e.Message);
        }

        TestContext.Progress.WriteLine($"PostgreSQL {server.Version}");
        result = Campaign.Run(Options, firstSeed: 1, Seeds, Environment.ProcessorCount, server, inspect: remains => Broken(remains, SaidByRowsAlone.Contains));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (server is not null) await server.DisposeAsync();
    }

    [Test]
    public void Databases_go_the_way_of_the_model_and_every_invariant_holds() => Assert.That(Failures(result), Is.Empty);

    [Test]
    public void Every_fault_and_every_verdict_came_over_databases_too()
    {
        TestContext.Out.WriteLine(Fired.Table(result));

        Assert.That(Fired.TooRarely(result, FiredMin), Is.Empty);
    }

    [Test]
    public void The_checker_finds_nothing_in_databases_that_nothing_was_taken_back_from() =>
        Assert.That(Failures(Campaign.Run(Options with { Faults = Plain }, firstSeed: 1, PlainSeeds, Environment.ProcessorCount, server, inspect: remains => Broken(remains, _ => true))), Is.Empty);

    static IEnumerable<string> Failures(CampaignResult result) => result.Failures.Select(failure => $"{failure.Violation}\n  {result.Options.ReplayCommand(failure.Seed)}");

    static string? Broken(Remains remains, Func<string, bool> isJudged)
    {
        var faults = remains.SetBack.Select(code => Fault(remains, HistoryEvent.Fault.MediaRolledBack, code)).Append(Fault(remains, "simulated", "all"));
        var report = Check.RunAsync(new(remains.Ledgers, remains.Database) { Quiescent = true, History = new([.. faults]) }).GetAwaiter().GetResult();
        var broken = report.Broken.Where(isJudged).ToList();
        return broken.Count == 0 ? null : string.Join("; ", broken.Select(id => $"{id} {report[id].Offenders[0]}"));
    }

    static HistoryEvent.Fault Fault(Remains remains, string kind, string target) =>
        new(MachineClock.Beginning, remains.EndedAt, kind, target, [.. remains.MayLose.Select(entry => entry.Value)]);
}
