using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// Knows which history of the database this is. A server with another system identifier or timeline than the row's is
/// another history: restored, or promoted; the first replica that finds it writes a new incarnation.
/// </summary>
public sealed partial class IncarnationKeeper(CloudDatabase database, SecretSource secrets, ILogger<IncarnationKeeper> logger)
{
    const string ReadSql = $"""
        SELECT h.system_identifier, h.timeline, i.incarnation_id, coalesce(i.system_identifier = h.system_identifier AND i.timeline = h.timeline, false)
        FROM (SELECT {ServerHistory.SystemIdentifier} AS system_identifier, {ServerHistory.Timeline} AS timeline FROM {ServerHistory.From}) h LEFT JOIN incarnation i ON true
        """;

    /// <summary>Two replicas that find it at once write one: the second waits for the first's row and then finds it equal.</summary>
    const string WriteSql = """
        INSERT INTO incarnation AS i (singleton, incarnation_id, system_identifier, timeline, began_at_ms)
        VALUES (1, $1, $2, $3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
        ON CONFLICT (singleton) DO UPDATE
            SET incarnation_id = excluded.incarnation_id, system_identifier = excluded.system_identifier, timeline = excluded.timeline, began_at_ms = excluded.began_at_ms
            WHERE i.system_identifier <> excluded.system_identifier OR i.timeline <> excluded.timeline
        """;

    /// <summary>The incarnation now; asked at every Hello, it costs one round trip.</summary>
    public Task<IncarnationId> CurrentAsync(CancellationToken cancellationToken) => database.ReadFeedsAsync(CurrentAsync, cancellationToken);

    Task<IncarnationId> CurrentAsync(NpgsqlConnection connection) => CurrentAsync(connection, secrets, LogNewIncarnation);

    /// <summary>The incarnation now, on a connection of the caller's own, outside a transaction.</summary>
    public static async Task<IncarnationId> CurrentAsync(NpgsqlConnection connection, SecretSource secrets, Action<string, int> onNew)
    {
        while (true)
        {
            string systemIdentifier;
            int timeline;
            await using (var read = new NpgsqlCommand(ReadSql, connection))
            {
                await using var reader = await read.ExecuteReaderAsync();
                await reader.ReadAsync();
                if (reader.GetBoolean(3)) return new(reader.GetGuid(2));
                systemIdentifier = reader.GetString(0);
                timeline = reader.GetInt32(1);
            }

            await using var write = new NpgsqlCommand(WriteSql, connection);
            write.Parameters.Add(Parameter(secrets.Uuid()));
            write.Parameters.Add(Parameter(systemIdentifier));
            write.Parameters.Add(Parameter(timeline));
            if (await write.ExecuteNonQueryAsync() > 0) onNew(systemIdentifier, timeline);
        }
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "A new incarnation of the database begins: system {SystemIdentifier}, timeline {Timeline}.")]
    partial void LogNewIncarnation(string systemIdentifier, int timeline);
}
