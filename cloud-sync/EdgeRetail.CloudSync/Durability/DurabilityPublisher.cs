using EdgeRetail.CloudSync.Storage;
using Npgsql;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>
/// Publishes what is durable, on one replica at a time: whoever holds the lock, on a connection of its own that the server lets
/// go of half a second after its other end has gone.
/// </summary>
public sealed partial class DurabilityPublisher(string connectionString, DurabilityOptions options, DurabilityStanding standing, TimeProvider clock, ILogger<DurabilityPublisher> logger) : BackgroundService
{
    /// <summary>"durable" in ASCII; one per database, as advisory locks are.</summary>
    public const long LeaderLock = 0x64757261626C65;

    const string LeadSql = "SELECT pg_try_advisory_lock($1)";

    /// <summary>Between two tries to take the lead over.</summary>
    static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(2);

    long? markedAt;
    long? switchedAt;
    bool switchDenied;

    /// <summary>Whether this replica publishes.</summary>
    public bool Leads { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await ConnectAsync(stoppingToken);
                standing.Mode ??= options.Mode ?? await DurabilitySetup.DefaultAsync(connection, stoppingToken);
                failing = false;
                if (await TryLeadAsync(connection, stoppingToken)) await LeadAsync(connection, standing.Mode, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                if (!failing) LogFailed(e.Message);
                failing = true;
            }
            finally
            {
                Leads = false;
            }

            await Task.Delay(FollowInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task LeadAsync(NpgsqlConnection connection, DurabilityMode mode, CancellationToken stoppingToken)
    {
        Leads = true;
        LogLeads(mode.Name);
        var marks = new DurableMarks(connection);
        while (true)
        {
            await RoundAsync(marks, mode, stoppingToken);
            await Task.Delay(options.Interval, clock, stoppingToken);
        }
    }

    async Task RoundAsync(DurableMarks marks, DurabilityMode mode, CancellationToken cancellationToken)
    {
        // What was marked the last time has had its time to reach the archive or the standby; a new mark never has.
        var waiting = await marks.WaitingAsync(cancellationToken);
        if (waiting.Count > 0)
        {
            var facts = await marks.FactsAsync(cancellationToken);
            if (DurabilityRules.Newest(mode, waiting, facts) is { } newest)
            {
                var raised = await marks.RaiseAsync(newest.MarkId, cancellationToken);
                await marks.ConfirmAsync(newest.MarkId, cancellationToken);
                await marks.ForgetAsync(cancellationToken);
                LogPublished(raised, newest.Lsn.ToString());
            }

            if (DurabilityRules.WaitsForSwitch(mode, waiting, facts) && IsDue(switchedAt, options.SwitchInterval)) await SwitchAsync(marks, cancellationToken);
        }

        if (!IsDue(markedAt, options.MarkInterval(mode))) return;
        markedAt = clock.GetTimestamp();
        await marks.TakeAsync(cancellationToken);
    }

    async Task SwitchAsync(DurableMarks marks, CancellationToken cancellationToken)
    {
        if (switchDenied) return;
        try
        {
            await marks.SwitchAsync(cancellationToken);
            switchedAt = clock.GetTimestamp();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Then what waits is published when the server fills the segment, or archive_timeout ends it.
            switchDenied = true;
            LogSwitchDenied();
        }
    }

    bool IsDue(long? doneAt, TimeSpan interval) => doneAt is not { } at || clock.GetElapsedTime(at) >= interval;

    async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "cloud-sync durability", Multiplexing = false };
        // A server that is in the middle of a statement notices only by looking that nobody waits for it any more.
        settings.Options = $"{settings.Options} -c client_connection_check_interval=500 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3".TrimStart();
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    static async Task<bool> TryLeadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LeadSql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = LeaderLock } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "This replica publishes what is durable, by {Mode}.")]
    partial void LogLeads(string mode);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Debug, Message = "{Streams} streams are durable through {Lsn}.")]
    partial void LogPublished(int streams, string lsn);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "What is durable cannot be published for now; devices keep what they have: {Reason}")]
    partial void LogFailed(string reason);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning, Message = "The database account may not call pg_switch_wal: what waits for the archive is published when a segment is full. Grant it, or set archive_timeout.")]
    partial void LogSwitchDenied();
}
