using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>Opens sessions: reads and decides under the device's lock, so that the newest Hello fences every older session.</summary>
public sealed class SessionStore(CloudDatabase database, SessionTokens tokens)
{
    const string LockDeviceSql = """
        SELECT device_code, state, store_id, assignment_version, session_number, last_used_session, stream_id, receipt_series, last_effective_time
        FROM device WHERE device_id = $1 FOR NO KEY UPDATE
        """;

    const string ReadStreamSql = "SELECT applied_through, applied_chain FROM stream WHERE stream_id = $1 AND device_id = $2";

    const string ReadAssignmentsSql = "SELECT assignment_version, store_id FROM device_assignment WHERE device_id = $1";

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

    const string ReadClockSql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    const string OpenSessionSql = "UPDATE device SET session_number = $2, stream_id = $3 WHERE device_id = $1";

    const string MakeStreamSql = """
        INSERT INTO stream (stream_id, device_id, applied_through, applied_chain, opened_at_ms)
        VALUES ($1, $2, 0, $3, $4) ON CONFLICT (stream_id) DO NOTHING
        """;

    /// <summary>Decides the Hello and, where the answer is a session, commits it before it returns.</summary>
    public async Task<SessionOpening> OpenAsync(DeviceId device, Hello hello, CancellationToken cancellationToken)
    {
        await using var connection = await database.Feeds.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var stream = hello.Stream.Length == 16 ? StreamId.Read(hello.Stream.Span) : (StreamId?)null;
        if (await ReadAsync(connection, device, stream, hello, cancellationToken) is not { } found) return new SessionOpening.Refused(new HelloDecision.Revoked());

        var claims = new HelloClaims(
            (int)Math.Min(hello.ProtocolMin, int.MaxValue), (int)Math.Min(hello.ProtocolMax, int.MaxValue), stream, (long)Math.Min(hello.LastSequence, long.MaxValue),
            hello.LastChain.Length == Hash256.Length ? ChainHash.Read(hello.LastChain.Span) : null,
            stream is { } presented ? tokens.Read(hello.Token.Span, device, presented) : new SessionTokenReading.Absent());
        var decision = HelloRules.Decide(claims, found.Standing);
        if (decision is not HelloDecision.Resume resume) return new SessionOpening.Refused(decision);

        var session = found.Session with { SessionNumber = resume.SessionNumber, Token = tokens.Issue(device, resume.SessionNumber, found.Session.Stream) };
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.Add(MakeStreamSql, Parameter(session.Stream.Value), Parameter(device.Value), Parameter(ChainHash.Start(session.Stream).ToByteArray()), Parameter(session.DatabaseTimeMs));
            batch.Add(OpenSessionSql, Parameter(device.Value), Parameter(session.SessionNumber), Parameter(session.Stream.Value));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return new SessionOpening.Opened(session);
    }

    static async Task<(HelloStanding Standing, OpenedSession Session)?> ReadAsync(NpgsqlConnection connection, DeviceId device, StreamId? stream, Hello hello, CancellationToken cancellationToken)
    {
        var storeCursor = (long)(hello.StoreCursor?.Version ?? 0);
        var catalogueCursor = (long)(hello.CatalogueCursor?.Version ?? 0);
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(LockDeviceSql, Parameter(device.Value));
        batch.Add(ReadStreamSql, Parameter(stream?.Value ?? Guid.Empty), Parameter(device.Value));
        batch.Add(ReadAssignmentsSql, Parameter(device.Value));
        batch.Add(ReadStoreSql, Parameter(device.Value));
        batch.Add(ReadStoreCursorSql, Parameter(device.Value), Parameter(storeCursor));
        batch.Add(ReadCatalogueCursorSql, Parameter(catalogueCursor));
        batch.Add(ReadHeadsSql, Parameter(device.Value));
        batch.Add(ReadClockSql);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (code, state, store, assignmentVersion) = (reader.GetString(0), reader.GetString(1), new StoreId(reader.GetInt32(2)), reader.GetInt32(3));
        var (number, lastUsed, current, series, lastEffective) = (reader.GetInt64(4), reader.GetInt64(5), new StreamId(reader.GetGuid(6)), reader.GetInt32(7), reader.GetInt64(8));

        await reader.NextResultAsync(cancellationToken);
        var (applied, chain) = await reader.ReadAsync(cancellationToken)
            ? (reader.GetInt64(0), ChainHash.Read(reader.GetFieldValue<byte[]>(1)))
            : (0L, ChainHash.Start(stream ?? current));

        await reader.NextResultAsync(cancellationToken);
        var assigned = new AssignedStores(assignmentVersion, await ReadAssignmentsAsync(reader, cancellationToken));

        await reader.NextResultAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var settings = new StoreSettings(store, assignmentVersion, reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4));

        // A cursor of the store that the device was assigned to before says nothing of this one's feed.
        var ownStore = hello.Store == store.Value;
        await reader.NextResultAsync(cancellationToken);
        var storeCursorKnown = !ownStore || await IsKnownAsync(reader, hello.StoreCursor, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var catalogueCursorKnown = await IsKnownAsync(reader, hello.CatalogueCursor, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (storeHead, catalogueHead) = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var now = reader.GetInt64(0);

        return (
            new(state, number, lastUsed, current, applied, chain, storeCursorKnown, catalogueCursorKnown),
            new(
                device, code, number, [], stream ?? current, applied, chain, series, settings, assigned,
                ownStore ? storeCursor : 0, catalogueCursor, storeHead, catalogueHead, now, Math.Max(now << 16, lastEffective)));
    }

    static async Task<Dictionary<int, StoreId>> ReadAssignmentsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var byVersion = new Dictionary<int, StoreId>();
        while (await reader.ReadAsync(cancellationToken)) byVersion[reader.GetInt32(0)] = new(reader.GetInt32(1));
        return byVersion;
    }

    /// <summary>Version 0 is everybody's start; a later one has to be a commit of this database with the same feed hash.</summary>
    static async Task<bool> IsKnownAsync(NpgsqlDataReader reader, FeedCursor? cursor, CancellationToken cancellationToken) =>
        cursor is null or { Version: 0 } || (await reader.ReadAsync(cancellationToken) && reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(cursor.Hash.Span));
}
