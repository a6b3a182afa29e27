using System.Globalization;
using System.Text.Json;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>What stands in quarantine, of one store or of all, by an index that holds nothing else.</summary>
public sealed class QuarantineQueries(NpgsqlDataSource database, EntryQueries entries, QuarantineSettling settling)
{
    const string ListSql = """
        select j.entry_id, j.store_id, s.name, j.device_id, d.device_code, j.sequence, j.kind, j.quarantine_code, j.quarantine_detail, j.received_at_ms, j.received_at_version, j.settled_by is not null
        from journal j
        join store s on s.store_id = j.store_id
        left join device d on d.device_id = j.device_id
        where j.quarantine_code is not null
            and (@storeId::int is null or j.store_id = @storeId)
            and (@code::text is null or j.quarantine_code = @code)
            and (@settled::bool is null or (j.settled_by is not null) = @settled)
            and (j.store_id, j.received_at_version) > (@afterStore, @afterVersion)
        order by j.store_id, j.received_at_version
        limit @limit
        """;

    const string CausesSql = """
        select j.quarantine_code, j.store_id, s.name, count(*), min(j.received_at_ms)
        from journal j
        join store s on s.store_id = j.store_id
        where j.quarantine_code is not null and j.settled_by is null and (@storeId::int is null or j.store_id = @storeId)
        group by j.quarantine_code, j.store_id, s.name
        order by count(*) desc, j.quarantine_code, j.store_id
        """;

    /// <summary>In order of store and receipt. Null where <see cref="QuarantineQuestion.After"/> is none that an answer gave.</summary>
    public async Task<Page<QuarantineItem>?> ListAsync(QuarantineQuestion question, CancellationToken cancellationToken)
    {
        if (Place(question.After) is not { } after) return null;
        await using var command = database.CreateCommand(ListSql);
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlDbType.Integer) { Value = (object?)question.StoreId ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("code", NpgsqlDbType.Text) { Value = (object?)question.Code ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("settled", NpgsqlDbType.Boolean) { Value = question.State == QuarantineQuestion.All ? DBNull.Value : question.State == QuarantineQuestion.Settled });
        command.Parameters.Add(new NpgsqlParameter<int>("afterStore", after.Store));
        command.Parameters.Add(new NpgsqlParameter<long>("afterVersion", after.Version));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", question.Limit + 1));
        var found = new List<(QuarantineItem Item, bool Settled)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add((new(
                    reader.GetGuid(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetInt64(5), EntryReading.KindName(reader.GetInt16(6)),
                    reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetString(8), DatabaseClock.Time(reader.GetInt64(9)), reader.GetInt64(10), null), reader.GetBoolean(11)));
            }
        }

        var more = found.Count > question.Limit;
        if (more) found.RemoveAt(question.Limit);
        var items = new List<QuarantineItem>(found.Count);
        foreach (var (item, settled) in found) items.Add(settled ? item with { Settlement = await settling.FindAsync(item.StoreId, item.EntryId, cancellationToken) } : item);
        return new(items, more ? $"{items[^1].StoreId}.{items[^1].Version}" : null);
    }

    /// <summary>What stands open, by cause and store, the most first.</summary>
    public async Task<IReadOnlyList<QuarantineCause>> CausesAsync(int? storeId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CausesSql);
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlDbType.Integer) { Value = (object?)storeId ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var causes = new List<QuarantineCause>();
        while (await reader.ReadAsync(cancellationToken)) causes.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt64(3), DatabaseClock.Time(reader.GetInt64(4))));
        return causes;
    }

    /// <summary>Null where no journal has it, or it never stood in quarantine.</summary>
    public async Task<QuarantineDetail?> FindAsync(Guid entryId, CancellationToken cancellationToken)
    {
        if (await entries.FindAsync(entryId, cancellationToken) is not { Quarantine: not null } entry || await entries.BytesAsync(entry.StoreId, entryId, cancellationToken) is not { } bytes) return null;
        var json = EntryJson.Write(bytes);
        return new(
            entry, await settling.FindAsync(entry.StoreId, entryId, cancellationToken), EntryFieldReader.Read(bytes), Convert.ToHexStringLower(bytes),
            json is null ? null : JsonDocument.Parse(json).RootElement);
    }

    static (int Store, long Version)? Place(string? after) =>
        after is null ? (0, 0)
        : after.Split('.') is [var store, var version] && int.TryParse(store, NumberStyles.None, CultureInfo.InvariantCulture, out var storeId) && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? (storeId, at)
        : null;
}
