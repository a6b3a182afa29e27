using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.Exceptions;

/// <summary>What a person should look at, of one store or of all.</summary>
public sealed class ExceptionQueries(NpgsqlDataSource database)
{
    const string Columns = """
        select e.exception_id, e.store_id, s.name, e.code, e.severity, e.subject, p.name, e.device_id, d.device_code, e.entry_id, e.raised_at_ms, e.raised_at_version, e.detail,
            e.closed_at_ms, e.closed_by, e.closed_at_version
        from store_exception e
        join store s on s.store_id = e.store_id
        left join device d on d.device_id = e.device_id
        left join product p on p.code = e.subject and e.code in ('BELOW_ZERO', 'UNKNOWN_PRODUCT')
        """;

    /// <summary>The open ones by the index that holds no others; the condition is spelt as it is there.</summary>
    const string ListOpenSql = $"""
        {Columns}
        where e.closed_at_ms is null and (@storeId::int is null or e.store_id = @storeId) and (@code::text is null or e.code = @code)
            and (e.store_id, e.code, e.subject) > (@afterStore, @afterCode, @afterSubject)
        order by e.store_id, e.code, e.subject
        limit @limit
        """;

    const string ListSql = $"""
        {Columns}
        where (@storeId::int is null or e.store_id = @storeId) and (@code::text is null or e.code = @code) and (not @closed or e.closed_at_ms is not null)
            and (e.store_id, e.raised_at_version, e.exception_id) > (@afterStore, @afterVersion, @afterId)
        order by e.store_id, e.raised_at_version, e.exception_id
        limit @limit
        """;

    const string OfEntrySql = $"""
        {Columns}
        where e.store_id = @storeId and (e.entry_id = @entryId or e.subject = any(@subjects))
        order by e.raised_at_version, e.exception_id
        """;

    const string CountsSql = """
        select e.code, e.severity, e.store_id, s.name, count(*), min(e.raised_at_ms)
        from store_exception e
        join store s on s.store_id = e.store_id
        where e.closed_at_ms is null and (@storeId::int is null or e.store_id = @storeId)
        group by e.code, e.severity, e.store_id, s.name
        order by e.severity desc, count(*) desc, e.code, e.store_id
        """;

    /// <summary>Open ones by store, code and subject, others by store and version. Null where <see cref="ExceptionQuestion.After"/> is none that an answer gave.</summary>
    public async Task<Page<ExceptionItem>?> ListAsync(ExceptionQuestion question, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(question.State == ExceptionQuestion.Open ? ListOpenSql : ListSql);
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlDbType.Integer) { Value = (object?)question.StoreId ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("code", NpgsqlDbType.Text) { Value = (object?)question.Code ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int>("limit", question.Limit + 1));
        if (question.State == ExceptionQuestion.Open)
        {
            if (OpenPlace(question.After) is not { } after) return null;
            command.Parameters.Add(new NpgsqlParameter<int>("afterStore", after.Store));
            command.Parameters.Add(new NpgsqlParameter<string>("afterCode", after.Code));
            command.Parameters.Add(new NpgsqlParameter<string>("afterSubject", after.Subject));
        }
        else
        {
            if (Place(question.After) is not { } after) return null;
            command.Parameters.Add(new NpgsqlParameter<bool>("closed", question.State == ExceptionQuestion.Closed));
            command.Parameters.Add(new NpgsqlParameter<int>("afterStore", after.Store));
            command.Parameters.Add(new NpgsqlParameter<long>("afterVersion", after.Version));
            command.Parameters.Add(new NpgsqlParameter<Guid>("afterId", after.Id));
        }

        var items = await ReadAsync(command, cancellationToken);
        if (items.Count <= question.Limit) return new(items, null);
        items.RemoveAt(question.Limit);
        var last = items[^1];
        return new(items, question.State == ExceptionQuestion.Open ? $"{last.StoreId}.{last.Code}.{last.Subject}" : $"{last.StoreId}.{last.Version}.{last.ExceptionId}");
    }

    /// <summary>Those that an entry raised, or that are about one of the subjects, in order of version.</summary>
    public async Task<IReadOnlyList<ExceptionItem>> OfEntryAsync(int storeId, Guid entryId, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(OfEntrySql);
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("entryId", entryId));
        command.Parameters.Add(new NpgsqlParameter<string[]>("subjects", [.. subjects]));
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>What stands open, by code and store, the worst first.</summary>
    public async Task<IReadOnlyList<ExceptionCount>> CountsAsync(int? storeId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CountsSql);
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlDbType.Integer) { Value = (object?)storeId ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new List<ExceptionCount>();
        while (await reader.ReadAsync(cancellationToken)) counts.Add(new(reader.GetString(0), reader.GetInt16(1), reader.GetInt32(2), reader.GetString(3), reader.GetInt64(4), DatabaseClock.Time(reader.GetInt64(5))));
        return counts;
    }

    static async Task<List<ExceptionItem>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<ExceptionItem>();
        while (await reader.ReadAsync(cancellationToken))
        {
            items.Add(new(
                reader.GetGuid(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetInt16(4), reader.GetString(5), Text(6), reader.GetInt32(7), Text(8), reader.GetGuid(9),
                DatabaseClock.Time(reader.GetInt64(10)), reader.GetInt64(11), reader.GetString(12),
                reader.IsDBNull(13) ? null : new(DatabaseClock.Time(reader.GetInt64(13)), reader.IsDBNull(14) ? null : reader.GetGuid(14), reader.IsDBNull(15) ? null : reader.GetInt64(15))));
        }

        return items;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    static (int Store, string Code, string Subject)? OpenPlace(string? after) =>
        after is null ? (int.MinValue, "", "")
        : after.Split('.', 3) is [var store, var code, var subject] && int.TryParse(store, NumberStyles.None, CultureInfo.InvariantCulture, out var storeId) ? (storeId, code, subject)
        : null;

    static (int Store, long Version, Guid Id)? Place(string? after) =>
        after is null ? (int.MinValue, 0, Guid.Empty)
        : after.Split('.') is [var store, var version, var id] && int.TryParse(store, NumberStyles.None, CultureInfo.InvariantCulture, out var storeId)
            && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && Guid.TryParse(id, out var exceptionId) ? (storeId, at, exceptionId)
        : null;
}
