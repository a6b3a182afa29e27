using EdgeRetail.CloudSync.Storage;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>
/// Closes UNKNOWN_PRODUCT of what the catalogue has by now, store by store under the lock of its head: whoever merges a sale
/// meanwhile either comes before, and is seen, or comes after, and sees the catalogue. An import touches no store's rows itself.
/// </summary>
public sealed partial class MappedProducts(CloudDatabase database, TimeProvider clock, ILogger<MappedProducts> logger) : BackgroundService
{
    const string StoresSql = """
        SELECT DISTINCT e.store_id FROM store_exception e JOIN product p ON p.code = e.subject AND NOT p.deleted
        WHERE e.code = 'UNKNOWN_PRODUCT' AND e.closed_at_ms IS NULL ORDER BY e.store_id
        """;

    const string LockSql = "SELECT 1 FROM store_head WHERE store_id = $1 FOR NO KEY UPDATE";

    const string CloseSql = $"""
        UPDATE store_exception e SET closed_at_ms = {DatabaseClock.NowMs}
        FROM product p
        WHERE e.store_id = $1 AND e.code = 'UNKNOWN_PRODUCT' AND e.closed_at_ms IS NULL AND p.code = e.subject AND NOT p.deleted
        """;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>How many it closed.</summary>
    public static async Task<int> CloseAsync(NpgsqlDataSource queries, CancellationToken cancellationToken)
    {
        var stores = new List<int>();
        await using (var command = queries.CreateCommand(StoresSql))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) stores.Add(reader.GetInt32(0));
        }

        var closed = 0;
        foreach (var store in stores)
        {
            await using var connection = await queries.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var locking = new NpgsqlCommand(LockSql, connection))
            {
                locking.Parameters.Add(Parameter(store));
                await locking.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var closing = new NpgsqlCommand(CloseSql, connection);
            closing.Parameters.Add(Parameter(store));
            closed += await closing.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return closed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                if (await CloseAsync(database.Queries, stoppingToken) is > 0 and var closed) LogClosed(closed);
            }
            catch (Exception e) when (stoppingToken.IsCancellationRequested || DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                // Others say that the database is away; the next round looks again.
            }
        }
    }

    [LoggerMessage(EventId = 1901, Level = LogLevel.Information, Message = "{Count} products are in the catalogue now that were sold before they were")]
    partial void LogClosed(int count);
}
