using EdgeRetail.CloudSync.Operations;
using Npgsql;
using NpgsqlTypes;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>
/// The steps of publishing what is durable, each a transaction of its own and harmless when it is done again: whoever leads may
/// be killed between any two of them. All of them run on the leader's connection, so that with the lead the work is lost too.
/// Ages are judged by the database's clock, moved by <paramref name="databaseClockShift"/> where a test wants to see days pass.
/// </summary>
public sealed class DurableMarks(NpgsqlConnection connection, TimeSpan databaseClockShift = default)
{
    /// <summary>Streams that are raised in one transaction: a sale waits for their rows no longer than a few milliseconds.</summary>
    const int StreamsAtOnce = 500;

    const string Now = $"({DatabaseClock.NowMs} + $1)";

    const string OpenMarkSql = $"INSERT INTO durable_mark (taken_at_ms, lsn) VALUES ({Now}, '0/0') RETURNING mark_id";

    /// <summary>One statement, one snapshot. Only what no mark before has, and what is not published.</summary>
    const string ReadStreamsSql = """
        INSERT INTO durable_mark_stream (mark_id, stream_id, applied_through)
        SELECT $1, s.stream_id, s.applied_through
        FROM (SELECT stream_id, applied_through, durable_through FROM stream UNION ALL SELECT stream_id, applied_through, durable_through FROM store_stream) s
            LEFT JOIN (SELECT stream_id, max(applied_through) AS marked FROM durable_mark_stream GROUP BY stream_id) m ON m.stream_id = s.stream_id
        WHERE s.applied_through > greatest(s.durable_through, coalesce(m.marked, 0))
        """;

    /// <summary>A statement after the one that read the streams: everything that it saw was flushed before this position.</summary>
    const string CloseMarkSql = "UPDATE durable_mark SET lsn = pg_current_wal_flush_lsn()::text WHERE mark_id = $1";

    /// <summary>An unclosed mark is never seen: it is committed with its position, or not at all.</summary>
    const string ReadWaitingSql = $"""
        SELECT mark_id, lsn, pg_walfile_name(lsn::pg_lsn), greatest({Now} - taken_at_ms, 0) FROM durable_mark WHERE published_at_ms IS NULL ORDER BY mark_id
        """;

    const string ReadFactsSql = """
        SELECT a.last_archived_wal, pg_walfile_name(pg_current_wal_lsn()), current_setting('synchronous_standby_names') <> '',
            (SELECT min(r.flush_lsn)::text FROM pg_stat_replication r WHERE r.sync_state IN ('sync', 'quorum') AND r.state = 'streaming')
        FROM pg_stat_archiver a
        """;

    /// <summary>Never down, and never beyond what is applied: a mark may be older than the history that the database is in.</summary>
    const string RaiseStreamsSql = """
        WITH due AS (
            SELECT s.stream_id, max(s.applied_through) AS through
            FROM durable_mark m JOIN durable_mark_stream s ON s.mark_id = m.mark_id
            WHERE m.published_at_ms IS NULL AND m.mark_id <= $1 GROUP BY s.stream_id),
        locked AS (
            SELECT s.stream_id, least(d.through, s.applied_through) AS through
            FROM stream s JOIN due d ON d.stream_id = s.stream_id
            WHERE least(d.through, s.applied_through) > s.durable_through
            ORDER BY s.stream_id LIMIT $2 FOR NO KEY UPDATE OF s)
        UPDATE stream s SET durable_through = greatest(s.durable_through, least(l.through, s.applied_through)) FROM locked l WHERE s.stream_id = l.stream_id
        """;

    /// <summary>The same for the streams of stores, which are few and move when a person does something.</summary>
    const string RaiseStoreStreamsSql = """
        UPDATE store_stream s SET durable_through = due.through
        FROM (
            SELECT s.store_id, s.stream_id, least(max(m.applied_through), s.applied_through) AS through
            FROM durable_mark k JOIN durable_mark_stream m ON m.mark_id = k.mark_id JOIN store_stream s ON s.stream_id = m.stream_id
            WHERE k.published_at_ms IS NULL AND k.mark_id <= $1
            GROUP BY s.store_id, s.stream_id, s.applied_through) due
        WHERE s.store_id = due.store_id AND s.stream_id = due.stream_id AND s.durable_through < due.through
        """;

    const string MarkPublishedSql = $"UPDATE durable_mark SET published_at_ms = {Now} WHERE mark_id <= $2 AND published_at_ms IS NULL";

    const string ForgetSql = """
        DELETE FROM durable_mark WHERE published_at_ms IS NOT NULL AND mark_id < (SELECT max(mark_id) FROM durable_mark WHERE published_at_ms IS NOT NULL)
        """;

    const string SwitchSql = "SELECT pg_switch_wal()";

    /// <summary>Notes how far the streams stand, and then where the log does. Null where none has moved.</summary>
    public async Task<long?> TakeAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var markId = await ScalarAsync<long>(OpenMarkSql, [Shift()], cancellationToken);
        if (await ExecuteAsync(ReadStreamsSql, [Parameter(markId)], cancellationToken) == 0)
        {
            await transaction.RollbackAsync(cancellationToken);
            return null;
        }

        await ExecuteAsync(CloseMarkSql, [Parameter(markId)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return markId;
    }

    /// <summary>The marks that are not published, oldest first.</summary>
    public async Task<IReadOnlyList<WaitingMark>> WaitingAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(ReadWaitingSql, [Shift()]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var waiting = new List<WaitingMark>();
        while (await reader.ReadAsync(cancellationToken))
            waiting.Add(new(reader.GetInt64(0), NpgsqlLogSequenceNumber.Parse(reader.GetString(1)), reader.GetString(2), TimeSpan.FromMilliseconds(reader.GetInt64(3))));
        return waiting;
    }

    public async Task<DurabilityFacts> FactsAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(ReadFactsSql, []);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(
            await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetString(0), reader.GetString(1), reader.GetBoolean(2),
            await reader.IsDBNullAsync(3, cancellationToken) ? null : NpgsqlLogSequenceNumber.Parse(reader.GetString(3)));
    }

    /// <summary>Raises the streams of the mark and of those before it, some at a time; how many were raised.</summary>
    public async Task<int> RaiseAsync(long markId, CancellationToken cancellationToken)
    {
        var total = 0;
        int raised;
        do
        {
            raised = await ExecuteAsync(RaiseStreamsSql, [Parameter(markId), Parameter(StreamsAtOnce)], cancellationToken);
            total += raised;
        }
        while (raised == StreamsAtOnce);
        return total + await ExecuteAsync(RaiseStoreStreamsSql, [Parameter(markId)], cancellationToken);
    }

    /// <summary>The mark and those before it are done.</summary>
    public Task ConfirmAsync(long markId, CancellationToken cancellationToken) => ExecuteAsync(MarkPublishedSql, [Shift(), Parameter(markId)], cancellationToken);

    /// <summary>Removes published marks but the last, which says until when all is published.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => ExecuteAsync(ForgetSql, [], cancellationToken);

    /// <summary>Begins another segment of the log, so that the one before it is archived.</summary>
    public Task SwitchAsync(CancellationToken cancellationToken) => ExecuteAsync(SwitchSql, [], cancellationToken);

    NpgsqlParameter Shift() => Parameter((long)databaseClockShift.TotalMilliseconds);

    async Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<T> ScalarAsync<T>(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    NpgsqlCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
