using Npgsql;

namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// The highest timeline that this replica has seen of each cluster. A server on a lower one is an old primary that came back
/// after another was promoted: what it would take in, nobody would ever see. Asked at every new connection of whatever pool;
/// connections from before the promotion died with the old primary.
/// </summary>
public sealed class TimelineGuard
{
    const string ReadSql = $"SELECT {ServerHistory.SystemIdentifier}, {ServerHistory.Timeline} FROM {ServerHistory.From}";

    readonly Lock gate = new();
    readonly Dictionary<string, int> highest = [];

    /// <exception cref="DatabaseSupersededException">A higher timeline of the cluster was seen before.</exception>
    public void Observe(string systemIdentifier, int timeline)
    {
        lock (gate)
        {
            var seen = highest.GetValueOrDefault(systemIdentifier);
            if (timeline < seen) throw new DatabaseSupersededException(timeline, seen);
            highest[systemIdentifier] = timeline;
        }
    }

    internal void Check(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(ReadSql, connection);
        using var reader = command.ExecuteReader();
        if (reader.Read()) Observe(reader.GetString(0), reader.GetInt32(1));
    }

    internal async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        if (await reader.ReadAsync()) Observe(reader.GetString(0), reader.GetInt32(1));
    }
}
