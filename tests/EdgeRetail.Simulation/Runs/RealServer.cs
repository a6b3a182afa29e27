using System.Collections.Concurrent;
using System.Globalization;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.DevPostgres;
using EdgeRetail.Simulation.Cloud;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.Simulation.Runs;

/// <summary>
/// A PostgreSQL of the simulator's own and a folder for SQLite's files, gone when it is disposed. What a run relies on is that
/// a commit is there for whoever reads next: the server syncs nothing.
/// </summary>
sealed class RealServer : IAsyncDisposable
{
    const string Template = "migrated";
    const string MemoryFolder = "/dev/shm";
    const long RoomBytesMin = 2L << 30;

    readonly string home;
    readonly EmbeddedPostgres server;
    readonly ConcurrentBag<RealPlace> places = [];
    int made;

    RealServer(string home, EmbeddedPostgres server) => (this.home, this.server) = (home, server);

    public string Version => server.ServerVersion;

    public static async Task<RealServer> StartAsync()
    {
        // The server's account has to be able to enter it.
        var root = HasRoom(MemoryFolder) ? MemoryFolder : Path.GetTempPath();
        var home = Path.Combine(root, $"edgeretail-simulation-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var server = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { Home = Path.Combine(home, "postgres"), Settings = Settings }, CancellationToken.None);
            var started = new RealServer(home, server);
            try
            {
                await started.MigrateAsync();
                return started;
            }
            catch
            {
                await started.DisposeAsync();
                throw;
            }
        }
        catch (EmbeddedPostgresException)
        {
            Directory.Delete(home, recursive: true);
            throw;
        }
    }

    /// <summary>Containers often have a small one.</summary>
    static bool HasRoom(string folder) => Directory.Exists(folder) && new DriveInfo(folder).AvailableFreeSpace >= RoomBytesMin;

    static Dictionary<string, string> Settings => new()
    {
        ["fsync"] = "off", ["full_page_writes"] = "off", ["synchronous_commit"] = "off", ["autovacuum"] = "off", ["max_connections"] = "100", ["shared_buffers"] = "64MB",
        ["max_wal_size"] = "512MB",
    };

    async Task MigrateAsync()
    {
        await ExecuteAsync($"CREATE DATABASE {Template}");
        var template = server.ConnectionStringTo(Template) + ";Pooling=false";
        var options = new DbContextOptionsBuilder<CloudDbContext>().UseNpgsql(template).UseSnakeCaseNamingConvention().Options;
        await using (var context = new CloudDbContext(options)) await context.Database.MigrateAsync();
        await using var connection = new NpgsqlConnection(template);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(RealServices.ClockSchemaSql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A place of the caller's own until it is given back.</summary>
    public RealPlace Take()
    {
        if (places.TryTake(out var free)) return free;
        var number = Interlocked.Increment(ref made).ToString(CultureInfo.InvariantCulture);
        lock (places) ExecuteAsync($"CREATE DATABASE run_{number} TEMPLATE {Template}").GetAwaiter().GetResult();
        return new(new(server.ConnectionStringTo($"run_{number}")), Path.Combine(home, $"disks-{number}"));
    }

    public void GiveBack(RealPlace place) => places.Add(place);

    async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        while (places.TryTake(out var place)) place.Dispose();
        await server.StopAsync(StopMode.Immediate);
        await server.DisposeAsync();
        Directory.Delete(home, recursive: true);
    }
}
