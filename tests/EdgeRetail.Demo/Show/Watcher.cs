using System.Diagnostics;
using EdgeRetail.Checker.History;
using EdgeRetail.Demo.Replay;
using EdgeRetail.Demo.Stage;
using Npgsql;

namespace EdgeRetail.Demo.Show;

/// <summary>Asks the agents and PostgreSQL how things stand, shows it, and writes down for the checker what the agents said.</summary>
sealed class Watcher(Shops shops, IReadOnlyList<Seller> sellers, ReplayPlan plan, IShow show, RunLog log) : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    const string CloudSql = """
        SELECT d.device_code, count(j.entry_id) FROM device d LEFT JOIN journal j ON j.device_id = d.device_id GROUP BY d.device_code;
        SELECT store_id, version FROM store_head;
        SELECT version FROM catalogue_head
        """;

    readonly CancellationTokenSource stopping = new();
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Dictionary<string, long> acknowledged = [];
    Task watching = Task.CompletedTask;
    volatile Scene? latest;

    public string Act { get; set; } = "opening";

    public Scene? Latest => latest;

    public void Start() => watching = WatchAsync();

    /// <summary>Looks once, now.</summary>
    public async Task<Scene> LookAsync(CancellationToken cancellationToken)
    {
        var statuses = await Task.WhenAll(shops.Agents.Select(agent => agent.Client.StatusAsync(cancellationToken)));
        var scene = new Scene(
            watch.Elapsed, Act,
            [.. sellers.Select((seller, index) => new AgentScene(seller.Agent.Code, seller.Agent.Store, seller.Done, plan.CommandsOf(index).Count, statuses[index], seller.Agent.Trouble, seller.Agent.KioskAddress))],
            await CloudAsync(cancellationToken), shops.Cloud.Address);
        foreach (var agent in scene.Agents) WriteDown(agent);
        latest = scene;
        show.Update(scene);
        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        stopping.Dispose();
    }

    async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await LookAsync(stopping.Token);
                await Task.Delay(Pause, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The demo has seen enough.
        }
    }

    void WriteDown(AgentScene agent)
    {
        if (agent.Status is not { } status) return;
        log.Add(new HistoryEvent.StatusShown(RunLog.Now, agent.Code, status.OutboxCount, status.LastSequence, status.AcknowledgedThrough, status.Words.StartsWith("All sales are sent", StringComparison.Ordinal)));
        lock (acknowledged)
        {
            if (status.Stream is not { } stream || acknowledged.GetValueOrDefault(agent.Code) == status.AcknowledgedThrough) return;
            acknowledged[agent.Code] = status.AcknowledgedThrough;
            log.Add(new HistoryEvent.Acknowledged(RunLog.Now, agent.Code, stream, status.AcknowledgedThrough, null));
        }
    }

    async Task<CloudScene?> CloudAsync(CancellationToken cancellationToken)
    {
        if (!shops.Cloud.IsRunning || shops.Cloud.ConnectionString.Length == 0) return null;
        try
        {
            await using var connection = new NpgsqlConnection(shops.Cloud.ConnectionString + ";Pooling=false;Timeout=2;Command Timeout=5");
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(CloudSql, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var byDevice = new Dictionary<string, long>();
            var heads = new Dictionary<int, long>();
            while (await reader.ReadAsync(cancellationToken)) byDevice[reader.GetString(0)] = reader.GetInt64(1);
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) heads[reader.GetInt32(0)] = reader.GetInt64(1);
            await reader.NextResultAsync(cancellationToken);
            var catalogue = await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : 0;
            return new(byDevice.Values.Sum(), byDevice, heads, catalogue);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // PostgreSQL restarts with cloud-sync.
            return null;
        }
    }
}
