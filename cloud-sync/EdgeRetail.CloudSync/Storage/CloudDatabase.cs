using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// The connections of one replica, in three pools of one connection string, so that none starves another: ingest (few,
/// settled for the hot path), feeds and sessions, and EF Core's for operators' queries.
/// </summary>
public sealed class CloudDatabase : IAsyncDisposable
{
    /// <summary>
    /// No plan of the hot path may turn into a scan of a table that was small when it was made. A server that acknowledges
    /// before it has flushed is overruled, one that waits for more is not. A replica that hangs in a transaction must not
    /// keep a device's or a store's lock, and one that is gone must not go on waiting for one.
    /// </summary>
    const string SettleHotPathSql = """
        SET enable_seqscan = off;
        SET enable_bitmapscan = off;
        SET jit = off;
        SET idle_in_transaction_session_timeout = '15s';
        SET client_connection_check_interval = '2s';
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
        """;

    readonly DbContextOptions<CloudDbContext> contextOptions;
    readonly TimelineGuard timelines = new();

    public CloudDatabase(string connectionString, int concurrentMerges)
    {
        Ingest = Build(connectionString, "cloud-sync ingest", concurrentMerges + 1, hotPath: true);
        Feeds = Build(connectionString, "cloud-sync feeds", 8, hotPath: true);
        Queries = Build(connectionString, "cloud-sync queries", 16, hotPath: false);
        contextOptions = new DbContextOptionsBuilder<CloudDbContext>().UseNpgsql(Queries).UseSnakeCaseNamingConvention().Options;
    }

    /// <summary>Merges. As many connections as merges may run at once, and one to spare.</summary>
    public NpgsqlDataSource Ingest { get; }

    /// <summary>Hello, pages, heads and device status.</summary>
    public NpgsqlDataSource Feeds { get; }

    /// <summary>
    /// Reads on a connection of <see cref="Feeds"/>. Who cancels waits no longer; the reading goes on to its end, and its
    /// connection then to the next. No statement of the hot path is cancelled in flight: a batch that is given up while its
    /// statements are being prepared leaves a connection that misreads a later answer (Npgsql 10.0.3; README, Decisions).
    /// </summary>
    public async Task<T> ReadFeedsAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        var connection = await Feeds.OpenConnectionAsync(cancellationToken);
        return await ReadAndReturnAsync().WaitAsync(cancellationToken);

        async Task<T> ReadAndReturnAsync()
        {
            await using (connection) return await read(connection);
        }
    }

    /// <summary>What EF Core uses, and SQL of operators' surfaces.</summary>
    public NpgsqlDataSource Queries { get; }

    /// <summary>A context of the caller's own, over <see cref="Queries"/>.</summary>
    public CloudDbContext CreateContext() => new(contextOptions);

    public async ValueTask DisposeAsync()
    {
        await Ingest.DisposeAsync();
        await Feeds.DisposeAsync();
        await Queries.DisposeAsync();
    }

    /// <summary>What every new connection is checked against.</summary>
    public TimelineGuard Timelines => timelines;

    NpgsqlDataSource Build(string connectionString, string name, int connectionsMax, bool hotPath)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        var settings = builder.ConnectionStringBuilder;
        // The name stands in metrics in place of the connection string.
        builder.Name = name;
        settings.ApplicationName = name;
        settings.MaxPoolSize = connectionsMax;
        settings.KeepAlive = 30;
        settings.CancellationTimeout = 2_000;
        if (hotPath)
        {
            // A statement whose time is over takes its connection with it, for the reason at ReadFeedsAsync.
            settings.CancellationTimeout = -1;
            settings.MaxAutoPrepare = 64;
            settings.AutoPrepareMinUsages = 2;
            // The settings below last as long as the connection.
            settings.NoResetOnClose = true;
            builder.UsePhysicalConnectionInitializer(Settle, SettleAsync);
        }
        else
        {
            builder.UsePhysicalConnectionInitializer(timelines.Check, timelines.CheckAsync);
        }

        return builder.Build();
    }

    void Settle(NpgsqlConnection connection)
    {
        timelines.Check(connection);
        using var command = new NpgsqlCommand(SettleHotPathSql, connection);
        command.ExecuteNonQuery();
    }

    async Task SettleAsync(NpgsqlConnection connection)
    {
        await timelines.CheckAsync(connection);
        await using var command = new NpgsqlCommand(SettleHotPathSql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
