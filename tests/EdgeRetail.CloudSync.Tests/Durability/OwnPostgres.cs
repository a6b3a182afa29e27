using EdgeRetail.DevPostgres;
using EdgeRetail.TestKit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Durability;

/// <summary>
/// A server of one test's own, whose write-ahead log goes into a folder, and servers that are made of its backup: restored from
/// the archive, or following it as a standby.
/// </summary>
sealed class OwnPostgres : IAsyncDisposable
{
    const string Shop = "shop";

    readonly TemporaryDirectory folder;
    readonly EmbeddedPostgres server;
    readonly List<(string Data, int Port)> others = [];

    OwnPostgres(TemporaryDirectory folder, EmbeddedPostgres server) => (this.folder, this.server) = (folder, server);

    /// <summary>Of the migrated database.</summary>
    public string ConnectionString => server.ConnectionStringTo(Shop);

    string Archive => folder["archive"];

    string Password => new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;

    public static async Task<OwnPostgres> StartAsync()
    {
        var engine = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "pg_basebackup")))
            : null;
        if (engine is null) Desk.IgnoreExceptInCi("There is no pg_basebackup: apt-get install postgresql-15");
        var folder = new TemporaryDirectory().OpenToAll();
        var archive = Directory.CreateDirectory(folder["archive"], (UnixFileMode)0b111_111_111).FullName;
        File.SetUnixFileMode(archive, (UnixFileMode)0b111_111_111);
        var server = await EmbeddedPostgres.StartAsync(
            new()
            {
                Home = folder["primary"],
                EngineDirectory = engine,
                Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = $"cp %p {archive}/%f", ["wal_level"] = "replica" },
            },
            CancellationToken.None);
        var own = new OwnPostgres(folder, server);
        try
        {
            await own.ExecuteAsync(server.ConnectionString, $"create database {Shop}");
            await using var context = Databases.Context(own.ConnectionString);
            await context.Database.MigrateAsync();
            return own;
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    /// <summary>A base backup; <paramref name="arguments"/> go to pg_basebackup.</summary>
    public async Task<string> BackupAsync(string name, params string[] arguments)
    {
        var home = Directory.CreateDirectory(folder[name]).FullName;
        File.SetUnixFileMode(home, File.GetUnixFileMode(home) | UnixFileMode.OtherExecute);
        var data = Path.Combine(home, "data");
        await RunAsync(
            Path.Combine(server.EngineDirectory, "pg_basebackup"),
            ["--host=127.0.0.1", $"--port={server.Port}", "--username=postgres", $"--pgdata={data}", "--wal-method=stream", "--checkpoint=fast", .. arguments]);
        await RunAsync("chown", ["-R", $"--reference={server.DataDirectory}", data]);
        return data;
    }

    /// <summary>Restores a backup with all that the archive holds, as an operator does after the server is gone; the connection string.</summary>
    public async Task<string> RestoreAsync(string data)
    {
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "");
        return await LaunchAsync(data, $"-c restore_command='cp {Archive}/%f %p' -c archive_mode=off", "SELECT NOT pg_is_in_recovery()");
    }

    /// <summary>Starts a backup that was taken with --write-recovery-conf.</summary>
    public Task<string> FollowAsync(string data) => LaunchAsync(data, "-c archive_mode=off", "SELECT pg_is_in_recovery()");

    public Task PromoteAsync(string data) => ControlAsync("promote", "--wait", $"--pgdata={data}");

    /// <summary>The machine is gone: nothing is flushed any more, nothing archived.</summary>
    public Task CrashAsync() => server.StopAsync(StopMode.Immediate);

    public async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var (data, _) in others.Where(other => File.Exists(Path.Combine(other.Data, "postmaster.pid")))) await ControlAsync("stop", "--mode=immediate", $"--pgdata={data}");
        await server.StopAsync(StopMode.Immediate);
        await server.DisposeAsync();
        folder.Dispose();
    }

    async Task<string> LaunchAsync(string data, string settings, string ready)
    {
        // PostgreSQL takes no port 0: the one that was free a moment ago.
        int port;
        using (var free = new FreePort()) port = free.Port;
        await ControlAsync(
            "start", "--silent", "--wait", $"--pgdata={data}", $"--log={Path.Combine(data, "server.log")}", $"--options=-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {settings}");
        others.Add((data, port));
        var connectionString = new NpgsqlConnectionStringBuilder(ConnectionString) { Port = port }.ConnectionString;
        await Eventually.IsTrue(() => ScalarAsync<bool>(connectionString, ready), "the server has come up");
        return connectionString;
    }

    /// <summary>As the account that owns the data: PostgreSQL refuses root.</summary>
    Task ControlAsync(params string[] arguments)
    {
        var control = Path.Combine(server.EngineDirectory, "pg_ctl");
        return Environment.IsPrivilegedProcess ? RunAsync("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", control, .. arguments]) : RunAsync(control, arguments);
    }

    async Task RunAsync(string executable, IEnumerable<string> arguments)
    {
        await using var process = await ProductProcess.RunAsync(executable, arguments, new Dictionary<string, string?> { ["PGPASSWORD"] = Password, ["PGCONNECT_TIMEOUT"] = "10" }, TimeSpan.FromSeconds(60));
        Assert.That(await process.ExitAsync(), Is.Zero, process.Transcript());
    }
}
