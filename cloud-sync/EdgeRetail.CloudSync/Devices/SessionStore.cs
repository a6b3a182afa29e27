using System.Globalization;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Opens sessions: reads and decides under the device's lock, so that the newest Hello fences every older session.</summary>
public sealed class SessionStore(CloudDatabase database, SessionTokens tokens, SecretSource secrets)
{
    const string LockDeviceSql = """
        SELECT device_code, state, held_reason, store_id, assignment_version, session_number, last_used_session, stream_id, receipt_series, last_effective_time
        FROM device WHERE device_id = $1 FOR NO KEY UPDATE
        """;

    const string ReadStreamSql = "SELECT applied_through, applied_chain, durable_through FROM stream WHERE stream_id = $1 AND device_id = $2";

    /// <summary>The device's own assignments, and those of every device whose ledger it took over.</summary>
    internal const string ReadAssignmentsSql = """
        WITH RECURSIVE lineage (device_id) AS (
            SELECT $1::int
            UNION
            SELECT d.predecessor_id FROM device d JOIN lineage l ON d.device_id = l.device_id WHERE d.predecessor_id IS NOT NULL)
        SELECT a.device_id, a.assignment_version, a.store_id FROM device_assignment a JOIN lineage l ON l.device_id = a.device_id
        """;

    const string ReadStoreSql = """
        SELECT name, currency, time_zone, day_cut_off_minutes, settings_version
        FROM store WHERE store_id = (SELECT store_id FROM device WHERE device_id = $1)
        """;

    const string ReadStoreCursorSql = "SELECT hash FROM store_commit WHERE store_id = (SELECT store_id FROM device WHERE device_id = $1) AND version = $2";

    const string ReadCatalogueCursorSql = "SELECT hash FROM catalogue_commit WHERE version = $1";

    const string ReadHeadsSql = """
        SELECT coalesce((SELECT version FROM store_head WHERE store_id = (SELECT store_id FROM device WHERE device_id = $1)), 0),
               coalesce((SELECT version FROM catalogue_head), 0)
        """;

    /// <summary>Forks of the last day, since a person last let the device go on.</summary>
    const string ReadForksSql = """
        SELECT s.stream_id, s.presented_stream_id, coalesce(s.presented_boot_id, 0), coalesce(s.presented_fingerprint, ''), s.applied_through > 0
        FROM stream s JOIN device d ON d.device_id = s.device_id
        WHERE s.device_id = $1 AND s.presented_stream_id IS NOT NULL
            AND s.opened_at_ms > greatest(coalesce(d.released_at_ms, 0), (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $2)
        ORDER BY s.opened_at_ms, s.stream_id LIMIT $3
        """;

    const string ReadClockSql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    const string OpenSessionSql = "UPDATE device SET session_number = $2, stream_id = $3, receipt_series = $4 WHERE device_id = $1";

    const string MakeStreamSql = """
        INSERT INTO stream (
            stream_id, device_id, applied_through, applied_chain, opened_at_ms, durable_through, opened_because, reason, presented_stream_id, presented_boot_id, presented_fingerprint, hole_first, hole_last)
        VALUES ($1, $2, 0, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (stream_id) DO NOTHING
        """;

    const string CloseStreamsSql = "UPDATE stream SET closed_at_ms = $3 WHERE device_id = $1 AND stream_id <> $2 AND closed_at_ms IS NULL";

    const string ReopenStreamSql = "UPDATE stream SET closed_at_ms = NULL WHERE stream_id = $1 AND closed_at_ms IS NOT NULL";

    const string HoldSql = "UPDATE device SET state = 'held', held_reason = $2, held_at_ms = $3 WHERE device_id = $1";

    const int ForksRead = 32;

    static readonly TimeSpan ForkMemory = TimeSpan.FromDays(1);

    /// <summary>Decides the Hello and, where the answer is a session or a hold, commits it before it returns.</summary>
    public async Task<SessionOpening> OpenAsync(DeviceId device, Hello hello, CancellationToken cancellationToken)
    {
        await using var connection = await database.Feeds.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        var stream = hello.Stream.Length == 16 ? StreamId.Read(hello.Stream.Span) : (StreamId?)null;
        if (await ReadAsync(connection, device, stream, hello) is not { } found) return new SessionOpening.Refused(new HelloDecision.Revoked());
        // Whoever waited for the device's lock and is gone by now must not fence who came after.
        cancellationToken.ThrowIfCancellationRequested();

        var claims = ClaimsOf(hello, stream, stream is { } presented ? tokens.Read(hello.Token.Span, device, presented) : new SessionTokenReading.Absent());
        var decision = HelloRules.Decide(claims, found.Standing);
        switch (decision)
        {
            case HelloDecision.Resume resume:
                // A later session's token recreates the stream that the database forgot.
                var resumed = Numbered(found.Session with { ReceiptSeries = Math.Max(found.Session.ReceiptSeries, SeriesOf(hello)) }, resume.SessionNumber);
                await WriteSessionAsync(connection, transaction, resumed, claims);
                return new SessionOpening.Opened(resumed);
            case HelloDecision.NewStream opening:
                var fresh = new StreamId(secrets.Uuid());
                var forked = Numbered(
                    found.Session with
                    {
                        Stream = fresh, AppliedThrough = 0, AppliedChain = ChainHash.Start(fresh), DurableThrough = 0, Opening = opening,
                        ReceiptSeries = Math.Max(found.Session.ReceiptSeries, SeriesOf(hello)) + 1,
                    },
                    opening.SessionNumber);
                await WriteSessionAsync(connection, transaction, forked, claims);
                return new SessionOpening.Opened(forked);
            case HelloDecision.Hold hold:
                await using (var batch = new NpgsqlBatch(connection, transaction))
                {
                    batch.Add(HoldSql, Parameter(device.Value), Parameter(hold.Reason), Parameter(found.Session.DatabaseTimeMs));
                    await batch.ExecuteNonQueryAsync(CancellationToken.None);
                }

                await transaction.CommitAsync(CancellationToken.None);
                return new SessionOpening.Refused(decision);
            default:
                return new SessionOpening.Refused(decision);
        }
    }

    OpenedSession Numbered(OpenedSession session, long number) => session with { SessionNumber = number, Token = tokens.Issue(session.Device, number, session.Stream) };

    static async Task WriteSessionAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, OpenedSession session, HelloClaims claims)
    {
        var opening = session.Opening;
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.Add(
                MakeStreamSql, Parameter(session.Stream.Value), Parameter(session.Device.Value), Parameter(ChainHash.Start(session.Stream).ToByteArray()), Parameter(session.DatabaseTimeMs),
                Parameter(opening?.Code ?? NewStreamCodes.StreamAdopted), Parameter(opening is null ? null : BatchExaminer.Storable(opening.Reason)), Parameter(opening is null ? null : claims.Stream?.Value),
                Parameter(opening is null ? null : (long?)claims.BootId), Parameter(opening is null ? null : claims.Fingerprint), Parameter(opening?.Hole?.First), Parameter(opening?.Hole?.Last));
            batch.Add(CloseStreamsSql, Parameter(session.Device.Value), Parameter(session.Stream.Value), Parameter(session.DatabaseTimeMs));
            batch.Add(ReopenStreamSql, Parameter(session.Stream.Value));
            ClockOffsetStore.AddSave(batch, session.Device, session.ClockOffsetsPresented);
            batch.Add(OpenSessionSql, Parameter(session.Device.Value), Parameter(session.SessionNumber), Parameter(session.Stream.Value), Parameter(session.ReceiptSeries));
            await batch.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    static HelloClaims ClaimsOf(Hello hello, StreamId? stream, SessionTokenReading token) => new(
        (int)Math.Min(hello.ProtocolMin, int.MaxValue),
        (int)Math.Min(hello.ProtocolMax, int.MaxValue),
        stream,
        (long)Math.Min(hello.LastSequence, long.MaxValue),
        hello.LastChain.Length == Hash256.Length ? ChainHash.Read(hello.LastChain.Span) : null,
        (long)Math.Clamp(hello.OldestRetained, 1, long.MaxValue),
        token,
        hello.Fork is { } fork ? new(Code(fork.Code), BatchExaminer.Storable(fork.Message)) : null,
        unchecked((long)hello.BootId),
        BatchExaminer.Storable(hello.HardwareFingerprint));

    /// <summary>A code as codes are written; what else a device may send is not repeated to operators.</summary>
    static string Code(string reported) =>
        reported.Length is > 0 and <= 40 && reported.All(character => char.IsAsciiLetterUpper(character) || character == '_') ? reported : NewStreamCodes.LedgerForked;

    /// <summary>The number of the series that the device prints in; 0 for a provisional one.</summary>
    static int SeriesOf(Hello hello) => int.TryParse(hello.ReceiptSeries, NumberStyles.None, CultureInfo.InvariantCulture, out var series) && series < int.MaxValue ? series : 0;

    static async Task<(HelloStanding Standing, OpenedSession Session)?> ReadAsync(NpgsqlConnection connection, DeviceId device, StreamId? stream, Hello hello)
    {
        var storeCursor = (long)Math.Min(hello.StoreCursor?.Version ?? 0, long.MaxValue);
        var catalogueCursor = (long)Math.Min(hello.CatalogueCursor?.Version ?? 0, long.MaxValue);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(LockDeviceSql, Parameter(device.Value));
        batch.Add(ReadStreamSql, Parameter(stream?.Value ?? Guid.Empty), Parameter(device.Value));
        batch.Add(ReadAssignmentsSql, Parameter(device.Value));
        batch.Add(ReadStoreSql, Parameter(device.Value));
        batch.Add(ReadStoreCursorSql, Parameter(device.Value), Parameter(storeCursor));
        batch.Add(ReadCatalogueCursorSql, Parameter(catalogueCursor));
        batch.Add(ReadHeadsSql, Parameter(device.Value));
        batch.Add(ReadForksSql, Parameter(device.Value), Parameter((long)ForkMemory.TotalMilliseconds), Parameter(ForksRead));
        batch.Add(ReadClockSql);
        batch.Add(ClockOffsetStore.ReadSql, Parameter(device.Value), Parameter(unchecked((long)hello.BootId)));

        await using var reader = await batch.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return null;
        var (code, state, heldReason, store, assignmentVersion) = (
            reader.GetString(0), reader.GetString(1), await reader.IsDBNullAsync(2) ? null : reader.GetString(2), new StoreId(reader.GetInt32(3)), reader.GetInt32(4));
        var (number, lastUsed, current, series, lastEffective) = (reader.GetInt64(5), reader.GetInt64(6), new StreamId(reader.GetGuid(7)), reader.GetInt32(8), reader.GetInt64(9));

        await reader.NextResultAsync();
        var (applied, chain, durable) = await reader.ReadAsync()
            ? (reader.GetInt64(0), ChainHash.Read(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(2))
            : (0L, ChainHash.Start(stream ?? current), 0L);

        await reader.NextResultAsync();
        var assigned = await ReadAssignmentsAsync(reader, device, assignmentVersion);

        await reader.NextResultAsync();
        if (!await reader.ReadAsync()) return null;
        var settings = new StoreSettings(store, assignmentVersion, reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4));

        // A cursor of the store that the device was assigned to before says nothing of this one's feed.
        var ownStore = hello.Store == store.Value;
        var resync = new List<FeedKind>();
        await reader.NextResultAsync();
        if (ownStore && !await IsKnownAsync(reader, hello.StoreCursor)) resync.Add(FeedKind.Store);
        await reader.NextResultAsync();
        if (!await IsKnownAsync(reader, hello.CatalogueCursor)) resync.Add(FeedKind.Catalogue);
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var (storeHead, catalogueHead) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync();
        var forks = new List<StreamOpening>();
        while (await reader.ReadAsync())
            forks.Add(new(new(reader.GetGuid(0)), new StreamId(reader.GetGuid(1)), reader.GetInt64(2), reader.GetString(3), reader.GetBoolean(4)));
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var now = reader.GetInt64(0);
        await reader.NextResultAsync();
        var agreed = await ClockOffsetStore.ReadAsync(reader);
        var presented = ClockOffsetRules.Presented(hello);

        return (
            new(state, heldReason, number, lastUsed, current, applied, chain, forks),
            new(
                device, code, number, [], stream ?? current, applied, chain, series, settings, assigned, durable,
                ownStore ? ReadCursor.Of(hello.StoreCursor) : ReadCursor.Start, ReadCursor.Of(hello.CatalogueCursor), storeHead, catalogueHead, now, Math.Max(now << 16, lastEffective))
            {
                Resync = resync,
                Protocol = ProtocolRange.OfThisRelease.Agreed(new((int)Math.Min(hello.ProtocolMin, int.MaxValue), (int)Math.Min(hello.ProtocolMax, int.MaxValue))) ?? ProtocolLimits.ProtocolMax,
                ClockOffset = agreed ?? presented.FirstOrDefault(offset => offset.BootId == hello.BootId),
                ClockOffsetsPresented = presented,
            });
    }

    internal static async Task<AssignedStores> ReadAssignmentsAsync(NpgsqlDataReader reader, DeviceId device, int version)
    {
        var byDevice = new Dictionary<DeviceId, Dictionary<int, StoreId>>();
        while (await reader.ReadAsync())
        {
            var holder = new DeviceId(reader.GetInt32(0));
            if (!byDevice.TryGetValue(holder, out var byVersion)) byDevice[holder] = byVersion = [];
            byVersion[reader.GetInt32(1)] = new(reader.GetInt32(2));
        }

        var own = byDevice.GetValueOrDefault(device) ?? [];
        byDevice.Remove(device);
        return new(version, own) { Predecessors = byDevice.ToDictionary(each => each.Key, each => (IReadOnlyDictionary<int, StoreId>)each.Value) };
    }

    /// <summary>Version 0 is everybody's start; a later one has to be a commit of this database with the same feed hash.</summary>
    static async Task<bool> IsKnownAsync(NpgsqlDataReader reader, FeedCursor? cursor) =>
        cursor is null or { Version: 0 } || (await reader.ReadAsync() && reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(cursor.Hash.Span));
}
