using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// Tells sessions that a feed has moved. What this replica commits it tells at once; what others commit it learns by one
/// statement for all heads of connected stores every 100 ms, and by none while no device is connected. A notification
/// says "look", never "this is there": pages are read from the database.
/// </summary>
public sealed partial class FeedHeads(CloudDatabase database, TimeProvider clock, ILogger<FeedHeads> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan IntervalWhileFailing = TimeSpan.FromSeconds(1);

    const string ReadHeadsSql = """
        SELECT store_id, version, answers FROM store_head WHERE store_id = ANY($1)
        UNION ALL
        SELECT 0, version, 0 FROM catalogue_head
        """;

    readonly Lock gate = new();
    readonly Dictionary<StoreId, StoreWatch> stores = [];
    TaskCompletionSource someoneWatches = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long catalogueVersion;

    /// <summary>Watches a store's feed and the catalogue's until it is disposed.</summary>
    public FeedWatch Watch(StoreId store)
    {
        var watch = new FeedWatch(store, Unwatch);
        lock (gate)
        {
            if (!stores.TryGetValue(store, out var watched)) stores[store] = watched = new();
            watched.Watches.Add(watch);
            someoneWatches.TrySetResult();
        }

        return watch;
    }

    /// <summary>Tells that this replica has committed the version.</summary>
    public void Advance(StoreId store, long version)
    {
        lock (gate)
        {
            if (stores.TryGetValue(store, out var watched) && watched.Version != version) Tell(watched, version);
        }
    }

    /// <summary>Asks the database now, e.g. after a commit that another part of this process made.</summary>
    public async Task PollAsync(CancellationToken cancellationToken)
    {
        int[] watched;
        lock (gate) watched = [.. stores.Keys.Select(store => store.Value)];
        foreach (var (store, version, answers) in await database.ReadFeedsAsync(connection => ReadHeadsAsync(connection, watched), cancellationToken)) Found(store, version, answers);
    }

    static async Task<List<(int Store, long Version, long Answers)>> ReadHeadsAsync(NpgsqlConnection connection, int[] watched)
    {
        await using var command = new NpgsqlCommand(ReadHeadsSql, connection);
        command.Parameters.Add(Parameter(watched));
        await using var reader = await command.ExecuteReaderAsync();
        var heads = new List<(int Store, long Version, long Answers)>(watched.Length + 1);
        while (await reader.ReadAsync()) heads.Add((reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)));
        return heads;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SomeoneWatchesAsync().WaitAsync(stoppingToken);
                await PollAsync(stoppingToken);
                if (failing)
                {
                    LogReachable();
                    // Another server may answer now, with as many versions and less of a stream.
                    TellAll();
                }

                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                if (!failing) LogUnreachable(e.Message);
                failing = true;
            }

            await Task.Delay(failing ? IntervalWhileFailing : Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Unwatch(FeedWatch watch)
    {
        lock (gate)
        {
            if (!stores.TryGetValue(watch.Store, out var watched) || !watched.Watches.Remove(watch) || watched.Watches.Count > 0) return;
            stores.Remove(watch.Store);
            if (stores.Count == 0) someoneWatches = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    Task SomeoneWatchesAsync()
    {
        lock (gate) return someoneWatches.Task;
    }

    void Found(int store, long version, long answers)
    {
        lock (gate)
        {
            if (store == 0)
            {
                if (version == catalogueVersion) return;
                catalogueVersion = version;
                foreach (var watch in stores.Values.SelectMany(watched => watched.Watches)) watch.Tell(catalogue: true);
            }
            else if (stores.TryGetValue(new(store), out var watched) && (watched.Version != version || watched.Answers != answers))
            {
                watched.Answers = answers;
                Tell(watched, version);
            }
        }
    }

    void TellAll()
    {
        lock (gate)
        {
            foreach (var watch in stores.Values.SelectMany(watched => watched.Watches)) watch.Tell(store: true, catalogue: true);
        }
    }

    static void Tell(StoreWatch watched, long version)
    {
        watched.Version = version;
        foreach (var watch in watched.Watches) watch.Tell(store: true);
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "The feeds' heads cannot be read: {Reason}")]
    partial void LogUnreachable(string reason);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "The feeds' heads are read again.")]
    partial void LogReachable();

    sealed class StoreWatch
    {
        public long Version { get; set; } = -1;

        /// <summary>How many closes of the store were answered: that moves the feed as well.</summary>
        public long Answers { get; set; }

        public List<FeedWatch> Watches { get; } = [];
    }
}
