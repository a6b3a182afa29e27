using System.Globalization;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>The inbox of conflicts, of one store or of all. What the edits say is read from the journal, which has it once.</summary>
public sealed class ConflictQueries(NpgsqlDataSource database)
{
    const string Columns = """
        c.conflict_id, c.store_id, s.name, c.product, p.name, c.field, c.state, c.rule, c.policy_version, c.version, c.winner_entry_id,
            c.first_entry_id, a.bytes, a.device_id, da.device_code, a.effective_time, a.effective_time_source,
            c.second_entry_id, b.bytes, b.device_id, db.device_code, b.effective_time, b.effective_time_source,
            c.settled_by, r.bytes, r.received_at_ms
        """;

    const string Joins = """
        join store s on s.store_id = c.store_id
        join journal a on a.store_id = c.store_id and a.entry_id = c.first_entry_id
        join journal b on b.store_id = c.store_id and b.entry_id = c.second_entry_id
        left join journal r on r.store_id = c.store_id and r.entry_id = c.settled_by
        left join device da on da.device_id = a.device_id
        left join device db on db.device_id = b.device_id
        left join product p on p.code = c.product
        """;

    const string ListSql = $"""
        select {Columns}
        from (
            select c.* from edit_conflict c
            where (@storeId::int is null or c.store_id = @storeId)
                and (@state::smallint is null or c.state = @state)
                and (@product::text is null or c.product = @product)
                and (@field::smallint is null or c.field = @field)
                and (@deviceId::int is null or exists (
                    select 1 from journal j where j.store_id = c.store_id and j.entry_id in (c.first_entry_id, c.second_entry_id) and j.device_id = @deviceId))
                and (c.store_id, c.version, c.conflict_id) > (@afterStore, @afterVersion, @afterId)
            order by c.store_id, c.version, c.conflict_id
            limit @limit) c
        {Joins}
        order by c.store_id, c.version, c.conflict_id
        """;

    const string FindSql = $"""
        select {Columns}
        from (select found.* from store s cross join lateral (select * from edit_conflict e where e.store_id = s.store_id and e.conflict_id = @conflictId limit 1) as found limit 1) c
        {Joins}
        """;

    const string CountSql = "select state, count(*) from edit_conflict where @storeId::int is null or store_id = @storeId group by state order by state";

    /// <summary>In order of store and version. Null where <see cref="ConflictQuestion.After"/> is none that an answer gave.</summary>
    public async Task<Page<ConflictItem>?> ListAsync(ConflictQuestion question, CancellationToken cancellationToken)
    {
        if (Place(question.After) is not { } after) return null;
        await using var command = database.CreateCommand(ListSql);
        command.Parameters.Add(Nullable("storeId", NpgsqlDbType.Integer, question.StoreId));
        command.Parameters.Add(Nullable("state", NpgsqlDbType.Smallint, FieldNames.State(question.State) is { } state ? (short)state : null));
        command.Parameters.Add(Nullable("product", NpgsqlDbType.Text, question.Product is { } product ? ProductCodes.Canonical(product) : null));
        command.Parameters.Add(Nullable("field", NpgsqlDbType.Smallint, FieldNames.Field(question.Field) is { } field ? (short)field : null));
        command.Parameters.Add(Nullable("deviceId", NpgsqlDbType.Integer, question.DeviceId));
        command.Parameters.Add(new NpgsqlParameter<int>("afterStore", after.Store));
        command.Parameters.Add(new NpgsqlParameter<long>("afterVersion", after.Version));
        command.Parameters.Add(new NpgsqlParameter<Guid>("afterId", after.Id));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", question.Limit + 1));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var items = new List<ConflictItem>();
        while (await reader.ReadAsync(cancellationToken)) items.Add(Read(reader));
        if (items.Count <= question.Limit) return new(items, null);
        items.RemoveAt(items.Count - 1);
        return new(items, string.Create(CultureInfo.InvariantCulture, $"{items[^1].StoreId}.{items[^1].Version}.{items[^1].ConflictId:n}"));
    }

    /// <summary>Null where there is none, or where one of its edits went on since.</summary>
    public async Task<ConflictItem?> FindAsync(Guid conflictId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(FindSql);
        command.Parameters.Add(new NpgsqlParameter<Guid>("conflictId", conflictId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>How many there are, by state.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(int? storeId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(CountSql);
        command.Parameters.Add(Nullable("storeId", NpgsqlDbType.Integer, storeId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = FieldNames.States.ToDictionary(state => state, _ => 0L);
        while (await reader.ReadAsync(cancellationToken)) counts[FieldNames.Of((ConflictState)reader.GetInt16(0))] = reader.GetInt64(1);
        return counts;
    }

    static ConflictItem Read(NpgsqlDataReader reader)
    {
        Guid? winner = reader.IsDBNull(10) ? null : reader.GetGuid(10);
        return new(
            reader.GetGuid(0), reader.GetInt32(1), reader.GetString(2), ProductCodes.Display(reader.GetString(3)), reader.IsDBNull(4) ? null : reader.GetString(4),
            FieldNames.Of((ProductField)reader.GetInt16(5)), FieldNames.Of((ConflictState)reader.GetInt16(6)), FieldNames.Of((FieldRule)reader.GetInt16(7)), reader.GetInt32(8), reader.GetInt64(9),
            Side(reader, 11, winner), Side(reader, 17, winner), reader.IsDBNull(23) ? null : Settlement(reader));
    }

    static ConflictSide Side(NpgsqlDataReader reader, int column, Guid? winner)
    {
        var (id, entry) = (reader.GetGuid(column), Entry(reader, column + 1));
        return new(
            id, entry is null ? null : ProductEdit.Of(entry)?.Value, entry?.Header.Actor ?? "", reader.GetInt32(column + 2), reader.IsDBNull(column + 3) ? null : reader.GetString(column + 3),
            DatabaseClock.Time(new HybridTimestamp(reader.GetInt64(column + 4)).Milliseconds), EntryQueries.SourceName((EffectiveTimeSource)reader.GetInt16(column + 5)), id == winner);
    }

    static ConflictSettlement Settlement(NpgsqlDataReader reader)
    {
        var entry = Entry(reader, 24);
        return new(reader.GetGuid(23), entry is null ? null : ProductEdit.Of(entry)?.Value, entry?.Header.Actor ?? "", entry is null ? null : EntryReasons.Of(entry), DatabaseClock.Time(reader.GetInt64(25)));
    }

    static Entry? Entry(NpgsqlDataReader reader, int column) => EntryCodec.Decode(reader.GetFieldValue<byte[]>(column)) is EntryDecoding.Decoded { Entry: var entry } ? entry : null;

    static NpgsqlParameter Nullable(string name, NpgsqlDbType type, object? value) => new(name, type) { Value = value ?? DBNull.Value };

    static (int Store, long Version, Guid Id)? Place(string? after) =>
        after is null ? (0, 0, Guid.Empty)
        : after.Split('.') is [var store, var version, var id] && int.TryParse(store, NumberStyles.None, CultureInfo.InvariantCulture, out var storeId)
            && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && Guid.TryParseExact(id, "n", out var conflict) ? (storeId, at, conflict)
        : null;
}
