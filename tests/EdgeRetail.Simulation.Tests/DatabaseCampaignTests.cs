using EdgeRetail.DevPostgres;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.TestKit;

namespace EdgeRetail.Simulation.Tests;

/// <summary>
/// Seeds over real SQLite files and a real PostgreSQL, through the product's own stores: each has to go the way of the model,
/// step by step, and to leave the same rows.
/// </summary>
[TestFixture]
public sealed class DatabaseCampaignTests
{
    const int Seeds = 200;
    const int FiredMin = 3;

    /// <summary>Shorter than the model's runs: each statement goes to a server and back.</summary>
    static readonly SimulationOptions Options = new() { Databases = true, Minutes = 6 };

    CampaignResult result = null!;

    [OneTimeSetUp]
    public async Task Simulated()
    {
        try
        {
            await using var server = await RealServer.StartAsync();
            TestContext.Progress.WriteLine($"PostgreSQL {server.Version}");
            result = Campaign.Run(Options, firstSeed: 1, Seeds, Environment.ProcessorCount, server);
        }
        catch (EmbeddedPostgresException e) when (e.Code is EmbeddedPostgresErrors.EngineMissing or EmbeddedPostgresErrors.FetchFailed or EmbeddedPostgresErrors.CommandMissing)
        {
            Desk.IgnoreExceptInCi(e.Message);
        }
    }

    [Test]
    public void Databases_go_the_way_of_the_model_and_every_invariant_holds() =>
        Assert.That(result.Failures.Select(failure => $"{failure.Violation}\n  {result.Options.ReplayCommand(failure.Seed)}"), Is.Empty);

    [Test]
    public void Every_fault_and_every_verdict_came_over_databases_too()
    {
        TestContext.Out.WriteLine(Fired.Table(result));

        Assert.That(Fired.TooRarely(result, FiredMin), Is.Empty);
    }
}
