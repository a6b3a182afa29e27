using System.Text.Json;
using EdgeRetail.CloudSync.Storage;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>How the devices stand. Each question is one statement, whatever the number of devices.</summary>
public sealed class DeviceQueries(NpgsqlDataSource database)
{
    public const int PageMax = 500;

    /// <summary>A replica vouches for its connections every 30 s; after two missed times its word counts no more, it may be dead.</summary>
    public static readonly TimeSpan VouchedFor = TimeSpan.FromSeconds(75);

    const int DispositionsMax = 50;

    const string Columns = $"""
        d.device_id, d.device_code, d.store_id, coalesce(s.name, ''), d.state,
        coalesce(t.connected and t.confirmed_at_ms > {DatabaseClock.NowMs} - @vouchedForMs, false),
        nullif(t.last_heard_at_ms, 0), coalesce(t.outbox_count, 0), t.outbox_oldest_ms, t.reported_at_ms,
        coalesce(m.applied_through, 0), greatest(coalesce(t.last_sequence, 0), coalesce(m.applied_through, 0)),
        coalesce(t.pending_count, 0), coalesce(t.store_cursor, 0), coalesce(h.version, 0),
        coalesce(t.catalogue_cursor, 0), coalesce((select version from catalogue_head), 0),
        t.last_refusal_code, t.last_refusal_at_ms, nullif(t.software_version, ''), nullif(t.replica, ''), t.disk_free_bytes,
        coalesce(t.cache_drift_count, 0),
        d.held_reason, d.held_at_ms, m.opened_because, m.reason, m.opened_at_ms, m.hole_first, m.hole_last, coalesce(m.durable_through, 0),
        t.clock_offset_ms, coalesce(t.resync_rows, 0), coalesce(t.resync_rows_total, 0), t.conditions, {DatabaseClock.NowMs}
        """;

    /// <summary>How many columns those are.</summary>
    const int ColumnCount = 36;

    const string Joins = """
        from device d
        left join store s on s.store_id = d.store_id
        left join device_status t on t.device_id = d.device_id
        left join stream m on m.stream_id = d.stream_id
        left join store_head h on h.store_id = d.store_id
        """;

    const string ListSql = $"""
        select {Columns}
        {Joins}
        where (@storeId::int is null or d.store_id = @storeId) and d.device_code > @after
        order by d.device_code
        limit @limit
        """;

    const string OneSql = $"""
        select {Columns}, {DatabaseClock.NowMs}, d.receipt_series, d.created_at_ms, d.stream_id
        {Joins}
        where d.device_id = @deviceId
        """;

    const string StreamsSql = """
        select stream_id, applied_through, applied_chain, opened_at_ms, closed_at_ms, durable_through, opened_because, reason, hole_first, hole_last
        from stream
        where device_id = @deviceId
        order by opened_at_ms desc, stream_id
        limit 20
        """;

    const string AssignmentsSql = """
        select a.assignment_version, a.store_id, s.name, a.assigned_at_ms
        from device_assignment a
        left join store s on s.store_id = a.store_id
        where a.device_id = @deviceId
        order by a.assignment_version desc
        limit 50
        """;

    const string QuarantinedSql = """
        select j.stream_id, j.sequence, j.entry_id, j.quarantine_code, j.quarantine_detail
        from journal j
        where j.quarantine_code is not null and j.settled_by is null and j.device_id = @deviceId
        order by j.received_at_ms desc, j.sequence desc
        limit @limit
        """;

    const string ConsumedSql = """
        select q.stream_id, q.sequence, q.entry_id, q.disposition
        from stream_sequence q
        where q.stream_id in (select stream_id from stream where device_id = @deviceId)
        order by q.stream_id, q.sequence desc
        limit @limit
        """;

    /// <summary>Devices by code, at most <paramref name="limit"/>, after the code <paramref name="after"/>.</summary>
    public async Task<Page<DeviceSummary>> ListAsync(int? storeId, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ListSql);
        command.Parameters.Add(new NpgsqlParameter<long>("vouchedForMs", (long)VouchedFor.TotalMilliseconds));
        command.Parameters.Add(new NpgsqlParameter("storeId", NpgsqlTypes.NpgsqlDbType.Integer) { Value = (object?)storeId ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<string>("after", after ?? ""));
        command.Parameters.Add(new NpgsqlParameter<int>("limit", limit + 1));
        var devices = new List<DeviceSummary>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) devices.Add(Read(reader));
        }

        if (devices.Count <= limit) return new(devices, null);
        devices.RemoveAt(limit);
        return new(devices, devices[^1].DeviceCode);
    }

    public async Task<IReadOnlyList<DeviceSummary>> ListAllAsync(int? storeId, CancellationToken cancellationToken)
    {
        var devices = new List<DeviceSummary>();
        string? after = null;
        do
        {
            var page = await ListAsync(storeId, after, PageMax, cancellationToken);
            devices.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return devices;
    }

    /// <summary>Null where there is no such device.</summary>
    public async Task<DeviceDetail?> FindAsync(int deviceId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var sql in (string[])[OneSql, StreamsSql, AssignmentsSql, QuarantinedSql, ConsumedSql])
        {
            var statement = new NpgsqlBatchCommand(sql);
            statement.Parameters.Add(new NpgsqlParameter<int>("deviceId", deviceId));
            if (sql == OneSql) statement.Parameters.Add(new NpgsqlParameter<long>("vouchedForMs", (long)VouchedFor.TotalMilliseconds));
            if (sql is QuarantinedSql or ConsumedSql) statement.Parameters.Add(new NpgsqlParameter<int>("limit", DispositionsMax));
            batch.BatchCommands.Add(statement);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var device = Read(reader);
        var (asOf, receiptSeries, createdAt, current) = (reader.GetInt64(ColumnCount), reader.GetInt32(ColumnCount + 1), reader.GetInt64(ColumnCount + 2), reader.GetGuid(ColumnCount + 3));

        var streams = new List<DeviceStream>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            streams.Add(new(
                reader.GetGuid(0), reader.GetGuid(0) == current, reader.GetInt64(1), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(2)),
                DatabaseClock.Time(reader.GetInt64(3)), DatabaseClock.Time(Long(reader, 4)))
            {
                DurableThrough = reader.GetInt64(5), OpenedBecause = reader.GetString(6), Reason = Text(reader, 7), HoleFirst = Long(reader, 8), HoleLast = Long(reader, 9),
            });
        }

        var assignments = new List<DeviceAssignment>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            assignments.Add(new(reader.GetInt32(0), reader.GetInt32(1), Text(reader, 2), DatabaseClock.Time(reader.GetInt64(3))));

        var dispositions = new List<DeviceDisposition>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            dispositions.Add(new(reader.GetGuid(0), reader.GetInt64(1), reader.GetGuid(2), "quarantined", Text(reader, 3), Text(reader, 4)));
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            dispositions.Add(new(reader.GetGuid(0), reader.GetInt64(1), reader.GetGuid(2), Disposition((SequenceDisposition)reader.GetInt16(3)), null, null));

        return new(DatabaseClock.Time(asOf), device, receiptSeries, DatabaseClock.Time(createdAt), streams, assignments, dispositions);
    }

    static string Disposition(SequenceDisposition disposition) => disposition switch
    {
        SequenceDisposition.Duplicate => "duplicate",
        SequenceDisposition.IdConflict => "idConflict",
        var other => throw new InvalidOperationException($"Disposition {other} has no name."),
    };

    static DeviceSummary Read(NpgsqlDataReader reader)
    {
        var (applied, last) = (reader.GetInt64(10), reader.GetInt64(11));
        var device = new DeviceSummary(
            reader.GetInt32(0),
            reader.GetString(1),
            reader.GetInt32(2),
            reader.GetString(3),
            reader.GetString(4),
            reader.GetBoolean(5),
            DatabaseClock.Time(Long(reader, 6)),
            reader.GetInt64(7),
            DatabaseClock.Time(Long(reader, 8)),
            DatabaseClock.Time(Long(reader, 9)),
            applied,
            last,
            LagEntries: last - applied,
            reader.GetInt64(12),
            reader.GetInt64(13),
            reader.GetInt64(14),
            reader.GetInt64(15),
            reader.GetInt64(16),
            Text(reader, 17),
            DatabaseClock.Time(Long(reader, 18)),
            Text(reader, 19),
            Text(reader, 20),
            Long(reader, 21),
            reader.GetInt64(22))
        {
            HeldReason = Text(reader, 23),
            HeldAt = DatabaseClock.Time(Long(reader, 24)),
            Lineage = Text(reader, 25) is { } because ? new(because, Text(reader, 26), DatabaseClock.Time(reader.GetInt64(27)), Long(reader, 28), Long(reader, 29)) : null,
            DurableThrough = reader.GetInt64(30),
            ClockOffsetMs = Long(reader, 31),
            ResyncRows = reader.GetInt64(32),
            ResyncRowsTotal = reader.GetInt64(33),
            Reported = Text(reader, 34) is { } reported ? JsonSerializer.Deserialize<List<ReportedCondition>>(reported, JsonSerializerOptions.Web) ?? [] : [],
        };
        return device with { Conditions = DeviceConditions.Of(device, DatabaseClock.Time(reader.GetInt64(35))) };
    }

    static long? Long(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
