using EdgeRetail.CloudSync.Storage;
using EdgeRetail.TestKit;
using Microsoft.EntityFrameworkCore;

namespace EdgeRetail.CloudSync.Tests;

/// <summary>One PostgreSQL for the whole assembly, started by the first test that needs it.</summary>
[SetUpFixture]
public sealed class Databases
{
    static readonly SemaphoreSlim Starting = new(1);
    static TestPostgres? postgres;

    /// <summary>A migrated, empty database of the caller's own.</summary>
    public static async Task<string> CreateAsync() => await (await PostgresAsync()).CreateDatabaseAsync();

    public static async Task DropAsync(string connectionString) => await (await PostgresAsync()).DropDatabaseAsync(connectionString);

    /// <summary>The postmaster, for what it and its sessions use.</summary>
    public static async Task<int> ServerPidAsync() => (await PostgresAsync()).Server.PostmasterPid;

    public static CloudDbContext Context(string connectionString) =>
        new(new DbContextOptionsBuilder<CloudDbContext>().UseNpgsql(connectionString).UseSnakeCaseNamingConvention().Options);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (postgres is not null) await postgres.DisposeAsync();
    }

    static async Task<TestPostgres> PostgresAsync()
    {
        await Starting.WaitAsync();
        try
        {
            return postgres ??= await TestPostgres.StartAsync(async connectionString =>
            {
                await using var context = Context(connectionString);
                await context.Database.MigrateAsync();
            });
        }
        finally
        {
            Starting.Release();
        }
    }
}
