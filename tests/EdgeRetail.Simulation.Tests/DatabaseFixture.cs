using EdgeRetail.Checker;
using EdgeRetail.Checker.History;
using EdgeRetail.DevPostgres;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.TestKit;

namespace EdgeRetail.Simulation.Tests;

/// <summary>Seeds over real SQLite files and a PostgreSQL of the fixture's own.</summary>
public abstract class DatabaseFixture
{
    /// <summary>Shorter than the model's runs: each statement goes to a server and back.</summary>
    private protected static readonly SimulationOptions Options = new() { Databases = true, Minutes = 6 };

    RealServer? server;

    [OneTimeSetUp]
    public async Task Started()
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
    }

    [OneTimeTearDown]
    public async Task Stopped()
    {
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>Runs the seeds from 1 on, and has the checker that shares no code with the product read what each leaves.</summary>
    private protected CampaignResult Run(SimulationOptions options, int seeds, Func<string, bool> isJudged) =>
        Campaign.Run(options, firstSeed: 1, seeds, Environment.ProcessorCount, server, inspect: remains => Broken(remains, isJudged));

    private protected static IEnumerable<string> Failures(CampaignResult result) => result.Failures.Select(failure => $"{failure.Violation}\n  {result.Options.ReplayCommand(failure.Seed)}");

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
