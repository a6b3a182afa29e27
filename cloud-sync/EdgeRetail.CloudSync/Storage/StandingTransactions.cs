using Npgsql;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// Ends transactions of the hot path whose replica stopped in the middle of sending a batch, as one that is frozen does: they
/// keep the locks of a device and its store, and the server's own limit for idle transactions does not count them, because it
/// still waits for the rest of the batch. Every replica looks after all of them; what is ended was not committed, and its
/// device sends it again.
/// </summary>
public sealed partial class StandingTransactions(CloudDatabase database, TimeProvider clock, ILogger<StandingTransactions> logger) : BackgroundService
{
    /// <summary>A role may end what runs under it, so nothing has to be granted.</summary>
    const string EndSql = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND application_name IN ('cloud-sync ingest', 'cloud-sync feeds')
          AND state = 'active' AND wait_event = 'ClientRead' AND xact_start < clock_timestamp() - $1 AND state_change < clock_timestamp() - $1
        """;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>As long as a transaction may be idle between two statements.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Ends those that have stood for longer; how many there were.</summary>
    public static async Task<long> EndAsync(NpgsqlDataSource queries, TimeSpan patience, CancellationToken cancellationToken)
    {
        await using var command = queries.CreateCommand(EndSql);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = patience });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                if (await EndAsync(database.Queries, Patience, stoppingToken) is > 0 and var ended) LogEnded(ended);
            }
            catch (Exception e) when (stoppingToken.IsCancellationRequested || DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                // Others say that the database is away; the next round looks again.
            }
        }
    }

    [LoggerMessage(EventId = 1701, Level = LogLevel.Warning, Message = "{Count} transactions were ended whose replica stopped in the middle of a batch; their devices send it again")]
    partial void LogEnded(long count);
}
