using System.Globalization;
using System.Security.Cryptography;
using EdgeRetail.DevPostgres;
using Npgsql;

namespace EdgeRetail.TestKit;

/// <summary>
/// A real PostgreSQL for one run of a test assembly, with a template database that a delegate has migrated, and a copy of it
/// for each test that asks (0.1 to 0.2 s). EDGERETAIL_TEST_PG chooses the engine: a major version (15, 18) or the folder
/// of its executables; without it, what the machine has.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    readonly TemporaryDirectory folder;
    readonly SemaphoreSlim copying = new(1);
    int copies;

    TestPostgres(EmbeddedPostgres server, TemporaryDirectory folder) => (Server, this.folder) = (server, folder);

    public EmbeddedPostgres Server { get; }

    /// <summary>The migrated template; nobody may stay connected to it.</summary>
    public const string Template = "migrated";

    /// <summary>Starts the server and lets <paramref name="migrate"/> make the template from an empty database's connection string.</summary>
    public static async Task<TestPostgres> StartAsync(Func<string, Task>? migrate = null)
    {
        var folder = new TemporaryDirectory().OpenToAll();
        try
        {
            var server = await EmbeddedPostgres.StartAsync(Options(folder), CancellationToken.None);
            TestContext.Progress.WriteLine($"PostgreSQL {server.ServerVersion} from {server.EngineDirectory}");
            var postgres = new TestPostgres(server, folder);
            try
            {
                await postgres.ExecuteAsync($"create database {Template}");
                if (migrate is not null)
                {
                    await migrate(server.ConnectionStringTo(Template));
                    await postgres.DisconnectAsync(Template);
                }
            }
            catch
            {
                // The server is detached: nobody else would ever stop it.
                await postgres.DisposeAsync();
                throw;
            }

            return postgres;
        }
        catch (EmbeddedPostgresException e) when (e.Code is EmbeddedPostgresErrors.EngineMissing or EmbeddedPostgresErrors.FetchFailed or EmbeddedPostgresErrors.CommandMissing)
        {
            folder.Dispose();
            Desk.IgnoreExceptInCi(e.Message);
            throw;
        }
    }

    /// <summary>A fresh copy of the template; the connection string names it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref copies)}_{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
        await copying.WaitAsync();
        try
        {
            await ExecuteAsync($"create database {name} template {Template}");
        }
        finally
        {
            copying.Release();
        }

        return Server.ConnectionStringTo(name);
    }

    /// <summary>Drops a database of <see cref="CreateDatabaseAsync"/>, whoever is still connected.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using (var connection = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"drop database if exists {name} with (force)");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Server.StopAsync(StopMode.Immediate);
        await Server.DisposeAsync();
        copying.Dispose();
        folder.Dispose();
    }

    static EmbeddedPostgresOptions Options(TemporaryDirectory folder)
    {
        // Tests run many databases side by side; durability stays as it is in a shop's cloud.
        var options = new EmbeddedPostgresOptions { Home = folder["postgres"], Settings = new Dictionary<string, string> { ["max_connections"] = "200" } };
        return Environment.GetEnvironmentVariable("EDGERETAIL_TEST_PG") switch
        {
            null or "" => options,
            var major when int.TryParse(major, CultureInfo.InvariantCulture, out var number) => options with { Major = number },
            var directory => options with { EngineDirectory = directory },
        };
    }

    async Task DisconnectAsync(string database)
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'");
        await Eventually.IsTrue(async () => await ScalarAsync<long>($"select count(*) from pg_stat_activity where datname = '{database}'") == 0, "sessions of the template end");
    }

    async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
