using EdgeRetail.TestKit;

namespace EdgeRetail.Checker.Tests;

/// <summary>One server with the tables made by hand, from which each test takes a database.</summary>
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
abstract class HandMadeFixture
{
    private protected TestPostgres postgres = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => postgres = await TestPostgres.StartAsync(HandMadeSchema.CreateAsync);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (postgres is not null) await postgres.DisposeAsync();
    }
}
