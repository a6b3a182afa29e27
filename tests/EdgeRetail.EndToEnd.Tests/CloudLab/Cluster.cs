using System.Globalization;
using EdgeRetail.DevPostgres;
using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>
/// A PostgreSQL of one test's own, as a folder and a process: killed, backed up, followed, promoted, restored and copied as
/// operators and disasters do it. The first of a test is a copy of a cluster that has the stores and the catalogue.
/// </summary>
sealed class Cluster : IAsyncDisposable
{
    const string Shop = "shop";

    static readonly Lazy<Task<Origin>> Seed = new(MakeSeedAsync);

    readonly Origin origin;
    readonly string data;
    ProductProcess? server;

    Cluster(Origin origin, string name)
    {
        this.origin = origin;
        data = Path.Combine(Directory.CreateDirectory(origin.Folder[name]).FullName, "data");
        using var free = new FreePort();
        // PostgreSQL takes no port 0: the one that was free a moment ago, and the same after every restart.
        Port = free.Port;
        origin.OpenToServer(Path.GetDirectoryName(data)!);
    }

    public int Port { get; }

    public string ConnectionString => ConnectionStringAt(Port);

    ProductProcess Server => server ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>The same server by another way.</summary>
    public string ConnectionStringAt(int port) => new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "postgres", Password = origin.Password, Database = Shop }.ConnectionString;

    /// <summary>A running copy of the cluster with stores and catalogue.</summary>
    public static async Task<Cluster> OpenAsync(params string[] settings)
    {
        var origin = await Seed.Value;
        var cluster = new Cluster(origin, NextName());
        await cluster.TakeFilesAsync(origin.Data);
        await cluster.StartAsync(settings);
        return cluster;
    }

    public static async Task CloseAsync()
    {
        if (Seed is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) (await Seed.Value).Folder.Dispose();
    }

    /// <summary>Starts it with these settings (name=value) and returns when it answers, also where it follows or restores.</summary>
    public async Task StartAsync(params string[] settings)
    {
        if (server is not null) await server.DisposeAsync();
        string[] everywhere = [$"port={Port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"];
        // Its own account first: a change of account would take the signal away that ends it with the tests.
        string[] command = [.. Origin.AsServer, "setpriv", "--pdeathsig", "KILL", "--", origin.Tool("postgres"), "-D", data, .. everywhere.Concat(settings).SelectMany(setting => (string[])["-c", setting])];
        server = ProductProcess.Start(command[0], command[1..]);
        await server.LineAsync(line => line.Contains("ready to accept", StringComparison.Ordinal), "the server is ready");
    }

    /// <summary>As an operator stops it, with a last checkpoint.</summary>
    public async Task StopAsync()
    {
        Server.Signal(ProcessSignal.Interrupt);
        await Server.ExitAsync();
    }

    /// <summary>SIGKILL of the postmaster; returns when all of its processes are gone.</summary>
    public async Task KillAsync()
    {
        var children = Children();
        Tally.Count("postmasters killed");
        await Server.KillAsync();
        await Eventually.IsTrue(() => children.All(child => !UnixProcess.Runs(child)), "the server's processes follow it");
    }

    /// <summary>SIGKILL of one of the server's processes: it takes the others down and recovers. Returns when it answers again.</summary>
    public async Task KillBackendAsync(int pid)
    {
        UnixProcess.Kill(pid);
        Tally.Count("PostgreSQL backends killed");
        await Eventually.IsTrue(() => !UnixProcess.Runs(pid), "the process is gone");
        await AnswersAsync();
    }

    /// <summary>A base backup in a cluster of its own, which is not started. <paramref name="options"/> go to pg_basebackup.</summary>
    public async Task<Cluster> BackupAsync(params string[] options)
    {
        var backup = new Cluster(origin, NextName());
        await origin.RunAsync(
            origin.Tool("pg_basebackup"), ["--host=127.0.0.1", $"--port={Port}", "--username=postgres", $"--pgdata={backup.data}", "--wal-method=stream", "--checkpoint=fast", .. options]);
        await origin.GiveToServerAsync(backup.data);
        return backup;
    }

    /// <summary>A standby that follows this server by way of a port; not started.</summary>
    public async Task<Cluster> StandbyAsync(int by)
    {
        var standby = await BackupAsync("--write-recovery-conf");
        await File.AppendAllTextAsync(
            Path.Combine(standby.data, "postgresql.auto.conf"),
            $"primary_conninfo = 'host=127.0.0.1 port={by} user=postgres password={origin.Password} application_name=standby'\nsynchronous_standby_names = ''\n");
        return standby;
    }

    /// <summary>Files of a cluster that does not run, in a folder of their own.</summary>
    public async Task<string> CopyFilesAsync()
    {
        var copy = origin.Folder[NextName()];
        await origin.RunAsync("cp", "-a", data, copy);
        return copy;
    }

    /// <summary>The files of <see cref="CopyFilesAsync"/> in place of its own; it must not run.</summary>
    public async Task PutBackAsync(string copy)
    {
        Directory.Delete(data, recursive: true);
        await TakeFilesAsync(copy);
    }

    /// <summary>Starts a backup as a restore up to a moment, from an archive.</summary>
    public async Task RestoreAsync(string archive, string until)
    {
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "");
        await StartAsync($"restore_command=cp {archive}/%f %p", $"recovery_target_time={until}", "recovery_target_action=promote", "archive_mode=off");
        await Eventually.IsTrue(async () => !await ScalarAsync<bool>("select pg_is_in_recovery()"), "the restore has come to its end");
    }

    /// <summary>A folder that the server can write its log's segments into, and the settings to do so.</summary>
    public static async Task<(string Folder, string[] Settings)> ArchiveAsync()
    {
        var origin = await Seed.Value;
        var archive = Directory.CreateDirectory(origin.Folder[NextName()]).FullName;
        origin.OpenToServer(archive);
        await origin.GiveToServerAsync(archive);
        return (archive, ["archive_mode=on", $"archive_command=cp %p {archive}/%f", "wal_level=replica"]);
    }

    public async Task PromoteAsync()
    {
        await ExecuteAsync("select pg_promote(true, 60)");
        await Eventually.IsTrue(async () => !await ScalarAsync<bool>("select pg_is_in_recovery()"), "the standby was promoted");
    }

    /// <summary>Asks until it has recovered.</summary>
    public Task AnswersAsync() => Eventually.IsTrue(
        async () =>
        {
            try
            {
                return await ScalarAsync<int>("select 1") == 1;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        },
        "the server answers again");

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null) return;
        var children = server.HasExited ? [] : Children();
        await server.DisposeAsync();
        await Eventually.IsTrue(() => children.All(child => !UnixProcess.Runs(child)), "the server's processes follow it");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }

    static int named;

    static string NextName() => $"cluster-{Interlocked.Increment(ref named)}";

    static async Task<Origin> MakeSeedAsync()
    {
        var engine = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "pg_basebackup")))
            : null;
        if (engine is null) Desk.IgnoreExceptInCi("There is no pg_basebackup: apt-get install postgresql-15");
        var folder = new TemporaryDirectory().OpenToAll();
        await using var server = await EmbeddedPostgres.StartAsync(new() { Home = folder["seed"], EngineDirectory = engine }, CancellationToken.None);
        var origin = new Origin(folder, server.EngineDirectory, server.DataDirectory, new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!);
        await using (var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"create database {Shop}", connection);
            await command.ExecuteNonQueryAsync();
        }

        await Surroundings.FillAsync(server.ConnectionStringTo(Shop));
        await server.StopAsync();
        return origin;
    }

    async Task TakeFilesAsync(string from) => await origin.RunAsync("cp", "-a", from, data);

    async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=5");
        await connection.OpenAsync();
        return connection;
    }

    IReadOnlyList<int> Children() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && UnixProcess.Parent(pid) == Server.Pid),
    ];

    /// <summary>What all clusters of a run have in common.</summary>
    sealed record Origin(TemporaryDirectory Folder, string Engine, string Data, string Password)
    {
        /// <summary>PostgreSQL refuses root.</summary>
        public static string[] AsServer { get; } = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"] : [];

        public string Tool(string name) => Path.Combine(Engine, name);

        public void OpenToServer(string folder) => File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);

        public Task GiveToServerAsync(string folder) => RunAsync("chown", "-R", $"--reference={Data}", folder);

        public async Task RunAsync(string executable, params string[] arguments)
        {
            await using var process = await ProductProcess.RunAsync(executable, arguments, new Dictionary<string, string?> { ["PGPASSWORD"] = Password, ["PGCONNECT_TIMEOUT"] = "10" });
            Assert.That(await process.ExitAsync(), Is.Zero, process.Transcript());
        }
    }
}
