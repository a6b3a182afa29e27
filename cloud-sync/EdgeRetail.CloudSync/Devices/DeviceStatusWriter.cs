using System.Text.Json;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// Writes what devices report and whether they are connected: once a second for all that changed, in key order, so that
/// ingest never waits for it. A row is never set back by a session older than its own. Every 30 s it vouches anew for the
/// connections it has.
/// </summary>
public sealed partial class DeviceStatusWriter(CloudDatabase database, ReplicaName replica, TimeProvider clock, ILogger<DeviceStatusWriter> logger) : BackgroundService
{
    const int ConditionsMax = 16;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ConfirmationInterval = TimeSpan.FromSeconds(30);

    /// <summary>Ages, not times: the database's clock is the one that counts.</summary>
    const string WriteSql = """
        INSERT INTO device_status AS s (
            device_id, session_number, connected, replica, confirmed_at_ms, last_heard_at_ms, reported_at_ms, last_refusal_at_ms, last_sequence, outbox_count, outbox_oldest_ms,
            pending_count, store_cursor, catalogue_cursor, software_version, last_refusal_code, disk_free_bytes, cache_drift_count,
            conditions, resync_rows, resync_rows_total, durable_through, oldest_retained, clock_offset_ms)
        SELECT n.device_id, n.session_number, coalesce(n.connected, false), CASE WHEN n.connected IS NULL THEN '' ELSE $1 END, c.now, c.now - n.heard, c.now - n.reported, c.now - n.refused, coalesce(n.last_sequence, 0), coalesce(n.outbox_count, 0),
            n.outbox_oldest, coalesce(n.pending, 0), coalesce(n.store_cursor, 0), coalesce(n.catalogue_cursor, 0), coalesce(n.software, ''), n.refusal, n.disk_free, coalesce(n.drift, 0),
            nullif(n.conditions, ''), coalesce(n.resync_rows, 0), coalesce(n.resync_total, 0), coalesce(n.durable, 0), coalesce(n.oldest, 0), n.clock_offset
        FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now) AS c,
            unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) AS n (
                device_id, session_number, connected, heard, reported, refused, last_sequence, outbox_count, outbox_oldest, pending, store_cursor, catalogue_cursor, software, refusal, disk_free, drift,
                conditions, resync_rows, resync_total, durable, oldest, clock_offset)
        ORDER BY n.device_id
        ON CONFLICT (device_id) DO UPDATE SET
            session_number = excluded.session_number,
            connected = CASE WHEN excluded.replica = '' THEN s.connected ELSE excluded.connected END,
            replica = CASE WHEN excluded.replica = '' THEN s.replica ELSE excluded.replica END,
            confirmed_at_ms = CASE WHEN excluded.replica = '' THEN s.confirmed_at_ms ELSE excluded.confirmed_at_ms END,
            last_heard_at_ms = greatest(s.last_heard_at_ms, excluded.last_heard_at_ms),
            reported_at_ms = coalesce(excluded.reported_at_ms, s.reported_at_ms),
            last_refusal_at_ms = coalesce(excluded.last_refusal_at_ms, s.last_refusal_at_ms),
            last_refusal_code = coalesce(excluded.last_refusal_code, s.last_refusal_code),
            last_sequence = CASE WHEN excluded.reported_at_ms IS NULL THEN s.last_sequence ELSE excluded.last_sequence END,
            outbox_count = CASE WHEN excluded.reported_at_ms IS NULL THEN s.outbox_count ELSE excluded.outbox_count END,
            outbox_oldest_ms = CASE WHEN excluded.reported_at_ms IS NULL THEN s.outbox_oldest_ms ELSE excluded.outbox_oldest_ms END,
            pending_count = CASE WHEN excluded.reported_at_ms IS NULL THEN s.pending_count ELSE excluded.pending_count END,
            store_cursor = CASE WHEN excluded.software_version = '' THEN s.store_cursor ELSE excluded.store_cursor END,
            catalogue_cursor = CASE WHEN excluded.software_version = '' THEN s.catalogue_cursor ELSE excluded.catalogue_cursor END,
            software_version = CASE WHEN excluded.software_version = '' THEN s.software_version ELSE excluded.software_version END,
            disk_free_bytes = coalesce(excluded.disk_free_bytes, s.disk_free_bytes),
            cache_drift_count = CASE WHEN excluded.reported_at_ms IS NULL THEN s.cache_drift_count ELSE excluded.cache_drift_count END,
            conditions = CASE WHEN excluded.reported_at_ms IS NULL THEN s.conditions ELSE excluded.conditions END,
            resync_rows = CASE WHEN excluded.reported_at_ms IS NULL THEN s.resync_rows ELSE excluded.resync_rows END,
            resync_rows_total = CASE WHEN excluded.reported_at_ms IS NULL THEN s.resync_rows_total ELSE excluded.resync_rows_total END,
            durable_through = CASE WHEN excluded.reported_at_ms IS NULL THEN s.durable_through ELSE excluded.durable_through END,
            oldest_retained = CASE WHEN excluded.reported_at_ms IS NULL THEN s.oldest_retained ELSE excluded.oldest_retained END,
            clock_offset_ms = coalesce(excluded.clock_offset_ms, s.clock_offset_ms)
            WHERE s.session_number <= excluded.session_number
        """;

    /// <summary>Connections that this replica had when it ended without saying so.</summary>
    const string DisconnectAllSql = "UPDATE device_status SET connected = false WHERE replica = $1 AND connected";

    readonly Lock gate = new();
    readonly Dictionary<DeviceId, DeviceStatusNote> notes = [];
    readonly HashSet<DeviceId> changed = [];

    /// <summary>A session was opened.</summary>
    public void Connected(OpenedSession session, Hello hello) => Note(session.Device, session.SessionNumber, note =>
    {
        note.Connected = true;
        note.OpenedAt = (clock.GetTimestamp(), session.DatabaseTimeMs);
        note.SoftwareVersion = hello.SoftwareVersion is { Length: > 0 } version ? Ingest.BatchExaminer.Storable(version) : "unknown";
        note.StoreCursor = session.StoreCursor.Version;
        note.CatalogueCursor = session.CatalogueCursor.Version;
        note.ReportedAt = clock.GetTimestamp();
        note.LastSequence = Figure(hello.LastSequence);
        note.OutboxCount = Figure(hello.Outbox?.Count ?? 0);
        note.OutboxOldestMs = hello.Outbox is { Count: > 0, OldestWallTimeMs: var oldest } ? oldest : null;
        note.OldestRetained = Figure(hello.OldestRetained);
        note.RewindsThrough = session.Opening is null && hello.AcknowledgedThrough > (ulong)session.AppliedThrough ? Figure(hello.AcknowledgedThrough) : null;
        note.Conditions = ConditionsOf([], note.RewindsThrough);
        note.ClockOffsetMs = hello.WallTimeMs == 0 ? null : unchecked(hello.WallTimeMs - session.DatabaseTimeMs);
    });

    /// <summary>The device said how it is.</summary>
    public void Reported(OpenedSession session, DeviceStatus status) => Note(session.Device, session.SessionNumber, note =>
    {
        note.ReportedAt = clock.GetTimestamp();
        note.LastSequence = Figure(status.LastSequence);
        note.OutboxCount = Figure(status.Outbox?.Count ?? 0);
        note.OutboxOldestMs = status.Outbox is { Count: > 0, OldestWallTimeMs: var oldest } ? oldest : null;
        note.PendingCount = Figure(status.PendingCount);
        note.DiskFreeBytes = Figure(status.DiskFreeBytes);
        note.CacheDriftCount = Figure(status.CacheDriftCount);
        // Said by every session until all is there again: a Hello after a cut line knows no more that there was more.
        if (status.RewindsThrough > 0) note.RewindsThrough = Math.Max(note.RewindsThrough ?? 0, Figure(status.RewindsThrough));
        note.Conditions = ConditionsOf(status.Conditions, note.RewindsThrough);
        if (status.WallTimeMs != 0 && note.OpenedAt is { } opened)
            note.ClockOffsetMs = unchecked(status.WallTimeMs - opened.DatabaseTimeMs - (long)clock.GetElapsedTime(opened.Timestamp).TotalMilliseconds);
        note.ResyncRows = Figure(status.ResyncRows);
        note.ResyncRowsTotal = Figure(status.ResyncRowsTotal);
        note.DurableThrough = Figure(status.DurableThrough);
        note.OldestRetained = Figure(status.OldestRetained);
    });

    /// <summary>The device sent something.</summary>
    public void Heard(OpenedSession session) => Note(session.Device, session.SessionNumber, _ => { });

    public void Applied(OpenedSession session, FeedKind feed, long version) => Note(session.Device, session.SessionNumber, note =>
    {
        if (feed == FeedKind.Store) note.StoreCursor = version;
        else note.CatalogueCursor = version;
    });

    /// <summary>The device was refused, before or within a session.</summary>
    public void Refused(DeviceId device, long sessionNumber, string code) => Note(device, sessionNumber, note =>
    {
        note.LastRefusalCode = code;
        note.RefusedAt = clock.GetTimestamp();
    });

    public void Disconnected(OpenedSession session) => Note(session.Device, session.SessionNumber, note => note.Connected = false);

    /// <summary>Writes what has changed since the last time.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        List<DeviceStatusNote> due;
        lock (gate)
        {
            due = [.. changed.Select(device => notes[device])];
            changed.Clear();
        }

        if (due.Count == 0) return;
        try
        {
            await using var connection = await database.Feeds.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(WriteSql, connection);
            var now = clock.GetTimestamp();
            command.Parameters.Add(Parameter(replica.Value));
            lock (gate) AddColumns(command, due, now);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            Forget(due);
        }
        catch
        {
            lock (gate) changed.UnionWith(due.Select(note => new DeviceId(note.DeviceId)));
            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var confirmedAt = clock.GetTimestamp();
        var (failing, begun) = (false, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!begun) await DisconnectAllAsync(stoppingToken);
                begun = true;
                if (clock.GetElapsedTime(confirmedAt) > ConfirmationInterval)
                {
                    Confirm();
                    confirmedAt = clock.GetTimestamp();
                }

                await FlushAsync(stoppingToken);
                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                if (!failing) LogNotWritten(e.Message);
                failing = true;
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            lock (gate)
            {
                foreach (var note in notes.Values.Where(note => note.Connected == true))
                {
                    note.Connected = false;
                    changed.Add(new(note.DeviceId));
                }
            }

            await FlushAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
        {
            LogNotWritten(e.Message);
        }
    }

    void AddColumns(NpgsqlCommand command, List<DeviceStatusNote> due, long now)
    {
        Column(note => note.DeviceId);
        Column(note => note.SessionNumber);
        Column(note => note.Connected);
        Column(note => Age(note.HeardAt));
        Column(note => Age(note.ReportedAt));
        Column(note => Age(note.RefusedAt));
        Column(note => note.LastSequence);
        Column(note => note.OutboxCount);
        Column(note => note.OutboxOldestMs);
        Column(note => note.PendingCount);
        Column(note => note.StoreCursor);
        Column(note => note.CatalogueCursor);
        Column(note => note.SoftwareVersion);
        Column(note => note.LastRefusalCode);
        Column(note => note.DiskFreeBytes);
        Column(note => note.CacheDriftCount);
        Column(note => note.Conditions);
        Column(note => note.ResyncRows);
        Column(note => note.ResyncRowsTotal);
        Column(note => note.DurableThrough);
        Column(note => note.OldestRetained);
        Column(note => note.ClockOffsetMs);

        void Column<T>(Func<DeviceStatusNote, T> value) => command.Parameters.Add(Parameter(due.Select(value).ToArray()));

        long? Age(long? timestamp) => timestamp is { } at ? (long)clock.GetElapsedTime(at, now).TotalMilliseconds : null;
    }

    /// <summary>What the device reports, and that the cloud has forgotten entries which it is sending again.</summary>
    static string ConditionsOf(IReadOnlyCollection<DeviceCondition> reported, long? rewindsThrough)
    {
        var conditions = reported.Take(ConditionsMax).Select(condition => new Operations.ReportedCondition(Ingest.BatchExaminer.Storable(condition.Code), Ingest.BatchExaminer.Storable(condition.Message)));
        if (rewindsThrough is { } through)
            conditions = conditions.Append(new(Operations.DeviceConditions.Rewinding, $"the cloud had acknowledged {through} entries and was set back; the device sends again what it lost.", through));
        return conditions.ToList() is { Count: > 0 } all ? JsonSerializer.Serialize(all, JsonSerializerOptions.Web) : "";
    }

    static long Figure(ulong value) => (long)Math.Min(value, long.MaxValue);

    async Task DisconnectAllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.Feeds.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(DisconnectAllSql, connection);
        command.Parameters.Add(Parameter(replica.Value));
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    void Note(DeviceId device, long sessionNumber, Action<DeviceStatusNote> learn)
    {
        lock (gate)
        {
            if (!notes.TryGetValue(device, out var note) || note.SessionNumber < sessionNumber) notes[device] = note = new(device.Value, sessionNumber);
            if (note.SessionNumber != sessionNumber) return;
            note.HeardAt = clock.GetTimestamp();
            learn(note);
            changed.Add(device);
        }
    }

    void Confirm()
    {
        lock (gate) changed.UnionWith(notes.Values.Where(note => note.Connected == true).Select(note => new DeviceId(note.DeviceId)));
    }

    void Forget(List<DeviceStatusNote> written)
    {
        lock (gate)
        {
            foreach (var note in written.Where(note => note.Connected != true && !changed.Contains(new(note.DeviceId))))
            {
                if (notes.GetValueOrDefault(new(note.DeviceId)) == note) notes.Remove(new(note.DeviceId));
            }
        }
    }

    [LoggerMessage(EventId = 4101, Level = LogLevel.Warning, Message = "Device status cannot be written; it is kept and written later: {Reason}")]
    partial void LogNotWritten(string reason);
}
