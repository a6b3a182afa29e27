using EdgeRetail.CloudSync.Merge;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Finds an entry wherever it is. The journal is kept by store, so the question is one index look-up for each.</summary>
public sealed class EntryQueries(NpgsqlDataSource database)
{
    const string JournalSql = """
        select j.store_id, s.name, j.device_id, d.device_code, j.stream_id, j.sequence, j.kind, j.schema_version, j.bytes, j.hash,
            j.received_at_ms, j.received_at_version, j.merged_at_version, j.effective_time, j.effective_time_source, j.business_date,
            j.quarantine_code, j.quarantine_detail
        from store s
        cross join lateral (select * from journal where store_id = s.store_id and entry_id = @entryId) j
        left join device d on d.device_id = j.device_id
        order by j.store_id
        """;

    const string EffectsSql = """
        select e.version, e.ordinal, e.product, p.name, e.delta, e.on_hand
        from effect e
        left join product p on p.code = e.product
        where e.store_id = @storeId and e.version = any(@versions) and e.entry_id = @entryId
        order by e.version, e.ordinal
        """;

    const string NamesSql = "select code, name from product where code = any(@codes)";

    const string LatestSql = """
        select j.entry_id, j.store_id, d.device_code, j.kind, j.received_at_ms, j.received_at_version, j.quarantine_code
        from store_head h
        cross join lateral (
            select distinct e.entry_id, e.version
            from effect e
            where e.store_id = h.store_id and e.version > h.version - @limit
        ) e
        join journal j on j.store_id = h.store_id and j.entry_id = e.entry_id and j.received_at_version = e.version
        left join device d on d.device_id = j.device_id
        where @storeId::int is null or h.store_id = @storeId
        order by j.received_at_ms desc, j.store_id, j.received_at_version desc
        limit @limit
        """;

    const string QuarantinedSql = """
        select j.entry_id, j.store_id, d.device_code, j.kind, j.received_at_ms, j.received_at_version, j.quarantine_code
        from journal j
        left join device d on d.device_id = j.device_id
        where j.quarantine_code is not null and j.settled_by is null
        order by j.received_at_ms desc, j.store_id, j.received_at_version desc
        limit @limit
        """;

    /// <summary>Null where no store's journal has it.</summary>
    public async Task<EntryDetail?> FindAsync(Guid entryId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var journal = new NpgsqlCommand(JournalSql, connection);
        journal.Parameters.Add(new NpgsqlParameter<Guid>("entryId", entryId));

        EntryDetail? found = null;
        byte[] bytes = [];
        var alsoInStores = new List<int>();
        await using (var reader = await journal.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                if (found is null) (found, bytes) = (Read(reader, entryId), reader.GetFieldValue<byte[]>(8));
                else alsoInStores.Add(reader.GetInt32(0));
            }
        }

        if (found is null) return null;
        var (content, unreadable) = EntryReading.Read(bytes, await NamesAsync(connection, EntryReading.Products(bytes), cancellationToken));
        return found with
        {
            Content = content,
            ClockAhead = EntryReading.Clock(bytes) is { } clock && Merge.EffectiveTime.IsClockAhead(clock, found.ReceivedAt.ToUnixTimeMilliseconds()),
            Unreadable = unreadable,
            Effects = await EffectsAsync(connection, found, cancellationToken),
            AlsoInStores = alsoInStores,
        };
    }

    /// <summary>The bytes as they came; null where the store's journal has no such entry.</summary>
    public async Task<byte[]?> BytesAsync(int storeId, Guid entryId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select bytes from journal where store_id = @storeId and entry_id = @entryId");
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        command.Parameters.Add(new NpgsqlParameter<Guid>("entryId", entryId));
        return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>The entries that arrived last, of one store or of all; newest first.</summary>
    public Task<IReadOnlyList<EntrySummary>> LatestAsync(int? storeId, int limit, CancellationToken cancellationToken) =>
        ListAsync(LatestSql, storeId, limit, cancellationToken);

    /// <summary>The entries in quarantine; newest first.</summary>
    public Task<IReadOnlyList<EntrySummary>> QuarantinedAsync(int limit, CancellationToken cancellationToken) =>
        ListAsync(QuarantinedSql, null, limit, cancellationToken);

    async Task<IReadOnlyList<EntrySummary>> ListAsync(string sql, int? storeId, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int>("limit", limit));
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlTypes.NpgsqlDbType.Integer) { Value = (object?)storeId ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<EntrySummary>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new(
                reader.GetGuid(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), EntryReading.KindName(reader.GetInt16(3)),
                DatabaseClock.Time(reader.GetInt64(4)), reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return entries;
    }

    static EntryDetail Read(NpgsqlDataReader reader, Guid entryId)
    {
        var quarantine = reader.IsDBNull(16) ? null : new EntryQuarantine(reader.GetString(16), reader.IsDBNull(17) ? null : reader.GetString(17));
        return new(
            entryId,
            reader.GetInt32(0),
            reader.GetString(1),
            reader.GetInt32(2),
            reader.IsDBNull(3) ? null : reader.GetString(3),
            reader.GetGuid(4),
            reader.GetInt64(5),
            EntryReading.KindName(reader.GetInt16(6)),
            reader.GetInt16(7),
            quarantine is null || !reader.IsDBNull(12) ? EntryDetail.Merged : EntryDetail.Quarantined,
            quarantine,
            DatabaseClock.Time(reader.GetInt64(10)),
            reader.GetInt64(11),
            reader.IsDBNull(12) ? null : reader.GetInt64(12),
            DatabaseClock.Time(new Contracts.Clock.HybridTimestamp(reader.GetInt64(13)).Milliseconds),
            SourceName((EffectiveTimeSource)reader.GetInt16(14)),
            reader.IsDBNull(15) ? null : reader.GetFieldValue<DateOnly>(15),
            Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(9)),
            reader.GetFieldValue<byte[]>(8).Length,
            Content: null,
            Unreadable: null,
            [],
            []);
    }

    internal static string SourceName(EffectiveTimeSource source) => source switch
    {
        EffectiveTimeSource.Hlc => "hybridClock",
        EffectiveTimeSource.Corrected => "corrected",
        EffectiveTimeSource.Clamped => "clamped",
        EffectiveTimeSource.Raised => "raised",
        _ => "unknown",
    };

    static async Task<Dictionary<string, string>> NamesAsync(NpgsqlConnection connection, IReadOnlyCollection<string> products, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>();
        if (products.Count == 0) return names;
        await using var command = new NpgsqlCommand(NamesSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]>("codes", [.. products]));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) names[reader.GetString(0)] = reader.GetString(1);
        return names;
    }

    static async Task<List<EntryEffect>> EffectsAsync(NpgsqlConnection connection, EntryDetail entry, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EffectsSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", entry.StoreId));
        command.Parameters.Add(new NpgsqlParameter<long[]>("versions", entry.MergedAtVersion is { } merged ? [entry.ReceivedAtVersion, merged] : [entry.ReceivedAtVersion]));
        command.Parameters.Add(new NpgsqlParameter<Guid>("entryId", entry.EntryId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var effects = new List<EntryEffect>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var product = reader.IsDBNull(2) ? null : reader.GetString(2);
            effects.Add(new(
                reader.GetInt64(0), reader.GetInt16(1), product, product is null ? null : ProductCodes.Display(product),
                reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt64(4) / 1000m, reader.IsDBNull(5) ? null : reader.GetInt64(5) / 1000m));
        }

        return effects;
    }
}
