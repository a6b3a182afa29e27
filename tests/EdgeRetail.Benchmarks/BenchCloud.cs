using System.Text.Json;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.Benchmarks;

/// <summary>A PostgreSQL with durable defaults, the published cloud-sync on it, and the one-shot commands that fill it.</summary>
sealed class BenchCloud : IAsyncDisposable
{
    readonly TestPostgres postgres;
    readonly TemporaryDirectory folder;
    readonly List<ProductProcess> replicas = [];
    readonly NpgsqlDataSource dataSource;

    BenchCloud(TestPostgres postgres, TemporaryDirectory folder, string connectionString)
    {
        (this.postgres, this.folder, ConnectionString) = (postgres, folder, connectionString);
        dataSource = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    public static async Task<BenchCloud> StartAsync()
    {
        var postgres = await TestPostgres.StartAsync(_ => Task.CompletedTask);
        var cloud = new BenchCloud(postgres, new(), await postgres.CreateDatabaseAsync());
        await cloud.CommandAsync("migrate");
        return cloud;
    }

    /// <summary>Starts one more replica and waits until it is ready.</summary>
    public async Task<Replica> ServeAsync()
    {
        var process = ProductProcess.Start(
            ProductExecutables.CloudSync, ["serve", "--grpc-port", "0", "--port", "0", "--replica", $"r{replicas.Count + 1}", "--key-file", folder["session-keys.json"]], Variables());
        replicas.Add(process);
        using var ready = JsonDocument.Parse(await process.LineAsync("\"ready\""));
        return new(process, new Uri(ready.RootElement.GetProperty("grpc").GetString()!), new Uri(ready.RootElement.GetProperty("http").GetString()!));
    }

    public async Task CommandAsync(params string[] arguments)
    {
        await using var process = await ProductProcess.RunAsync(ProductExecutables.CloudSync, arguments.Append("--key-file").Append(folder["session-keys.json"]).Take(arguments[0] == "migrate" ? arguments.Length + 2 : arguments.Length), Variables());
        if (await process.ExitAsync() != 0) throw new InvalidOperationException($"cloud-sync {string.Join(' ', arguments)}\n{process.Transcript()}");
    }

    public Task AddStoreAsync(int store) =>
        CommandAsync("store", "add", "--id", $"{store}", "--name", $"Store {store}", "--currency", "EUR", "--time-zone", "Europe/Berlin");

    /// <summary>Adds a device and returns its enrolment file.</summary>
    public async Task<string> AddDeviceAsync(int store, string code, Uri cloudAddress)
    {
        var file = folder[$"{code}.json"];
        await CommandAsync("device", "add", "--store", $"{store}", "--code", code, "--cloud-address", cloudAddress.ToString(), "--out", file);
        return file;
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// Entries a second that PostgreSQL takes on a database of its own when it gets the very statements of ingest, with their
    /// arrays ready in memory: what an upload is held against.
    /// </summary>
    public async Task<double> PostgresLimitAsync(string ledgerDirectory)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var process = await ProductProcess.RunAsync(
            RepositoryRoot.Output("EdgeRetail.CloudSync.Benchmarks", "EdgeRetail.CloudSync.Benchmarks"), ["limit", "--ledger", ledgerDirectory],
            new Dictionary<string, string?> { ["EDGERETAIL_DATABASE"] = database }, within: TimeSpan.FromMinutes(3));
        return await process.ExitAsync() == 0
            ? double.Parse(process.Output[^1], System.Globalization.CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(process.Transcript());
    }

    /// <summary>CPU seconds so far of PostgreSQL with all its sessions.</summary>
    public double PostgresCpuSeconds() => ProcessUse.CpuSecondsOfTree(postgres.Server.PostmasterPid) ?? 0;

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in replicas) await replica.DisposeAsync();
        await dataSource.DisposeAsync();
        await postgres.DisposeAsync();
        folder.Dispose();
    }

    Dictionary<string, string?> Variables() => new() { ["EDGERETAIL_DATABASE"] = ConnectionString };

    internal sealed record Replica(ProductProcess Process, Uri Grpc, Uri Http);
}
