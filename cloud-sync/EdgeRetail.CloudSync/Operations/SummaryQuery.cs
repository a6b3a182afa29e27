using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Storage;
using Npgsql;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>The summary, read in one round trip and one snapshot.</summary>
public sealed class SummaryQuery(NpgsqlDataSource database, DurabilityStanding? durability = null)
{
    // A store version numbers one merge step and every journal row took one when it was received, so the heads count the
    // journal without reading a million rows every few seconds. `cloud-sync verify` is what proves them equal (S2, S4).
    // What waits on a device is what it said that it has recorded, less what has arrived since it said so: its own count of
    // its outbox is older than that.
    const string TotalsSql = $"""
        select {DatabaseClock.NowMs},
            (select count(*) from device where state not in {DeviceState.OutOfServiceSql})::int,
            (select count(*) from device_status t join device d using (device_id)
                where d.state not in {DeviceState.OutOfServiceSql} and t.connected and t.confirmed_at_ms > {DatabaseClock.NowMs} - @vouchedForMs)::int,
            (select count(*) from journal where quarantine_code is not null and settled_by is null),
            (select coalesce(sum(greatest(t.last_sequence - m.applied_through, 0)), 0)::bigint
                from device_status t join device d using (device_id) join stream m on m.stream_id = d.stream_id where d.state not in {DeviceState.OutOfServiceSql}),
            (select min(t.outbox_oldest_ms)
                from device_status t join device d using (device_id) join stream m on m.stream_id = d.stream_id
                where d.state not in {DeviceState.OutOfServiceSql} and t.last_sequence > m.applied_through),
            (select count(*) from product where not deleted),
            coalesce((select version from catalogue_head), 0),
            (select incarnation_id from incarnation)
        """;

    const string StoresSql = $"""
        select s.store_id, s.name, h.version,
            (select c.committed_at_ms from store_commit c where c.store_id = s.store_id and c.version = h.version),
            count(d.device_id)::int,
            count(*) filter (where t.connected and t.confirmed_at_ms > {DatabaseClock.NowMs} - @vouchedForMs)::int,
            coalesce(sum(greatest(t.last_sequence - m.applied_through, 0)), 0)::bigint
        from store s
        join store_head h on h.store_id = s.store_id
        left join device d on d.store_id = s.store_id and d.state not in {DeviceState.OutOfServiceSql}
        left join device_status t on t.device_id = d.device_id
        left join stream m on m.stream_id = d.stream_id
        group by s.store_id, s.name, h.version
        order by s.store_id
        """;

    const string ConditionsSql = $"""
        select count(*) filter (where d.state = '{DeviceState.Held}')::int,
            count(*) filter (where exists (
                select 1 from jsonb_array_elements(t.conditions::jsonb) c where c->>'code' = '{DeviceConditions.Rewinding}' and (c->>'through')::bigint > coalesce(m.applied_through, 0)))::int,
            count(*) filter (where m.opened_because <> '{NewStreamCodes.Enrolled}' and m.hole_first is null and m.opened_at_ms > {DatabaseClock.NowMs} - @newStreamMs)::int,
            count(*) filter (where m.hole_first is not null and m.opened_at_ms > {DatabaseClock.NowMs} - @recountMs)::int,
            count(*) filter (where t.resync_rows < t.resync_rows_total)::int,
            count(*) filter (where abs(t.clock_offset_ms::numeric) > @clockMs)::int,
            count(*) filter (where exists (select 1 from jsonb_array_elements(t.conditions::jsonb) c where c->>'code' = any (@troubles)))::int
        from device d
        left join device_status t on t.device_id = d.device_id
        left join stream m on m.stream_id = d.stream_id
        where d.state not in {DeviceState.OutOfServiceSql}
        """;

    const string DurabilitySql = """
        select (select taken_at_ms from durable_mark where published_at_ms is not null order by mark_id desc limit 1),
            (select count(*) from durable_mark where published_at_ms is null)
        """;

    public async Task<SyncSummary> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new(TotalsSql) { Parameters = { VouchedFor() } },
                new(StoresSql) { Parameters = { VouchedFor() } },
                new(ConditionsSql)
                {
                    Parameters =
                    {
                        Milliseconds("newStreamMs", DeviceConditions.NewStreamIsNews), Milliseconds("recountMs", DeviceConditions.RecountIsDue),
                        Milliseconds("clockMs", DeviceConditions.ClockTolerance), new NpgsqlParameter<string[]>("troubles", [.. ReportedConditions.Troubles]),
                    },
                },
                new(DurabilitySql),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var totals = new SyncSummary(
            DatabaseClock.Time(reader.GetInt64(0)),
            Stores: 0,
            reader.GetInt32(1),
            reader.GetInt32(2),
            EntriesInJournal: 0,
            reader.GetInt64(3),
            reader.GetInt64(4),
            reader.IsDBNull(5) ? null : DatabaseClock.Time(reader.GetInt64(5)),
            reader.GetInt64(6),
            reader.GetInt64(7),
            [],
            reader.IsDBNull(8) ? null : reader.GetGuid(8));

        var stores = new List<StoreVersion>();
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            stores.Add(new(
                reader.GetInt32(0), reader.GetString(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : DatabaseClock.Time(reader.GetInt64(3)),
                reader.GetInt32(4), reader.GetInt32(5), reader.GetInt64(6)));
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var conditions = new DeviceConditionCounts(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6));
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var mode = durability?.Mode;
        return totals with
        {
            Stores = stores.Count,
            EntriesInJournal = stores.Sum(store => store.Version),
            StoreHeads = stores,
            DeviceConditions = conditions,
            Durability = new(mode?.Name, mode?.Words ?? "not known yet", mode?.IsObserved ?? false, reader.IsDBNull(0) ? null : DatabaseClock.Time(reader.GetInt64(0)), reader.GetInt64(1)),
        };
    }

    static NpgsqlParameter<long> VouchedFor() => Milliseconds("vouchedForMs", DeviceQueries.VouchedFor);

    static NpgsqlParameter<long> Milliseconds(string name, TimeSpan time) => new(name, (long)time.TotalMilliseconds);
}
