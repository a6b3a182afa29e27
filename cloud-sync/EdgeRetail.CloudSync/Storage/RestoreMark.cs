using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// Says that the database was set back without a sign of its own: a copy of the data directory or a snapshot of the machine
/// goes on under the same system identifier and timeline. With the new incarnation every session begins anew, and every device
/// compares what it was told with what is there.
/// </summary>
public sealed class RestoreMark(NpgsqlDataSource database, SecretSource secrets)
{
    const string WriteSql = $"""
        INSERT INTO incarnation AS i (singleton, incarnation_id, system_identifier, timeline, began_at_ms)
        SELECT 1, $1, {ServerHistory.SystemIdentifier}, {ServerHistory.Timeline}, {DatabaseClock.NowMs} FROM {ServerHistory.From}
        ON CONFLICT (singleton) DO UPDATE
            SET incarnation_id = excluded.incarnation_id, system_identifier = excluded.system_identifier, timeline = excluded.timeline, began_at_ms = excluded.began_at_ms
        RETURNING system_identifier, timeline
        """;

    public async Task<(IncarnationId Incarnation, string SystemIdentifier, int Timeline)> WriteAsync(CancellationToken cancellationToken)
    {
        var incarnation = secrets.Uuid();
        await using var command = database.CreateCommand(WriteSql);
        command.Parameters.Add(Parameter(incarnation));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (new(incarnation), reader.GetString(0), reader.GetInt32(1));
    }
}
