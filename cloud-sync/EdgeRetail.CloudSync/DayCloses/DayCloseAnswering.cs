using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using NpgsqlTypes;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.DayCloses;

/// <summary>
/// Answers closes, one after the other of each store, after they were merged and beside ingest: it reads what is committed and
/// locks the store's head only to number its answer. Every replica does it; a close is answered once, and once more when a key
/// to sign with is there. What a replica that stopped had begun, another one begins anew.
/// </summary>
public sealed partial class DayCloseAnswering(CloudDatabase database, CertificateSigner signer, TimeProvider clock, ILogger<DayCloseAnswering> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan IntervalWhileFailing = TimeSpan.FromSeconds(5);

    /// <summary>The oldest of a store, so that the next one goes on where it ended.</summary>
    const string ClaimSql = """
        SELECT c.store_id, c.entry_id, c.device_id, c.version
        FROM day_close c
        WHERE c.state = ANY($1) AND c.state IN (0, 3) AND NOT EXISTS (SELECT 1 FROM day_close o WHERE o.store_id = c.store_id AND o.state = ANY($1) AND o.state IN (0, 3) AND o.version < c.version)
        ORDER BY c.store_id LIMIT 1
        FOR UPDATE OF c SKIP LOCKED
        """;

    const string ReadCloseSql = """
        SELECT j.bytes, j.hash, s.name, s.time_zone, s.day_cut_off_minutes, d.device_code
        FROM journal j JOIN store s ON s.store_id = j.store_id LEFT JOIN device d ON d.device_id = j.device_id
        WHERE j.store_id = $1 AND j.entry_id = $2
        """;

    const string ReadPreviousSql = "SELECT received_at_version, bytes FROM journal WHERE store_id = $1 AND entry_id = $2 AND kind = $3";

    /// <summary>The device, and those whose ledger it took over; whether any of them was ever in another store.</summary>
    const string ReadLineageSql = """
        WITH RECURSIVE lineage (device_id) AS (
            SELECT $1::int
            UNION
            SELECT d.predecessor_id FROM device d JOIN lineage l ON d.device_id = l.device_id WHERE d.predecessor_id IS NOT NULL)
        SELECT l.device_id, EXISTS (SELECT 1 FROM device_assignment a WHERE a.device_id = l.device_id AND a.store_id <> $2) FROM lineage l
        """;

    const string ReadLastNumbersSql = "SELECT DISTINCT ON (device_code, series) device_code, series, last_number FROM day_close_receipts WHERE store_id = $1 AND version < $2 AND device_code = ANY($3) AND series = ANY($4) ORDER BY device_code, series, version DESC";

    /// <summary>By the commits of these devices: what others of the store sent meanwhile is not looked at.</summary>
    const string ReadEntriesSql = """
        SELECT j.entry_id, j.bytes, j.merged_at_version IS NULL, j.effective_time >> 16, own.device_id
        FROM (
            SELECT c.version, c.device_id, lag(c.version, 1, $2) OVER (ORDER BY c.version) AS before
            FROM store_commit c
            WHERE c.store_id = $1 AND c.version > $2 AND c.version <= (SELECT min(version) FROM store_commit WHERE store_id = $1 AND version >= $3)) AS own
        JOIN effect e ON e.store_id = $1 AND e.version > own.before AND e.version <= own.version AND e.version < $3 AND e.ordinal = 0
        CROSS JOIN LATERAL (SELECT * FROM journal j WHERE j.store_id = $1 AND j.entry_id = e.entry_id LIMIT 1) AS j
        WHERE own.device_id = ANY($4) AND j.kind <> $5
        ORDER BY e.version
        """;

    /// <summary>What a device that took over a ledger has of it: another copy may have gone on after that.</summary>
    const string ReadTakenOverSql = "SELECT q.entry_id FROM stream_sequence q JOIN stream s ON s.stream_id = q.stream_id WHERE s.device_id = $1";

    const string AdvanceHeadSql = "UPDATE store_head SET answers = answers + 1 WHERE store_id = $1 RETURNING version, answers";

    const string SaveAnswerSql = """
        UPDATE day_close SET state = $3, closed_date = $4, answer = $5, answered_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::bigint, due_at_version = $6, answer_number = $7
        WHERE store_id = $1 AND entry_id = $2
        """;

    const string SaveReceiptsSql = """
        INSERT INTO day_close_receipts (store_id, version, device_code, series, last_number)
        SELECT $1, $2, * FROM unnest($3, $4, $5)
        ON CONFLICT (store_id, device_code, series, version) DO UPDATE SET last_number = excluded.last_number
        """;

    /// <summary>Answers the next close that can be answered now; false where none waits.</summary>
    public async Task<bool> AnswerNextAsync(CancellationToken cancellationToken)
    {
        var keys = signer.Keys();
        await using var connection = await database.Queries.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        if (await ClaimAsync(connection, keys is not null, cancellationToken) is not { } claimed) return false;
        var (date, answer, receipts) = await AnswerAsync(connection, claimed, keys, cancellationToken);
        await using (var save = new NpgsqlBatch(connection, transaction))
        {
            save.Add(AdvanceHeadSql, Parameter(claimed.Store));
            await using var reader = await save.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var (version, number) = (reader.GetInt64(0), reader.GetInt64(1));
            await reader.DisposeAsync();
            await using var rest = new NpgsqlBatch(connection, transaction);
            rest.Add(
                SaveAnswerSql, Parameter(claimed.Store), Parameter(claimed.Entry), Parameter((short)answer.Verdict), new() { Value = date is { } closed ? closed : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date }, Parameter(DayWire.WriteAnswer(answer)), Parameter(version + 1), Parameter(number));
            if (receipts.Count > 0)
            {
                rest.Add(
                    SaveReceiptsSql, Parameter(claimed.Store), Parameter(claimed.Version), Parameter(receipts.Select(range => range.DeviceCode).ToArray()),
                    Parameter(receipts.Select(range => range.Series).ToArray()), Parameter(receipts.Select(range => range.Last).ToArray()));
            }

            await rest.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await transaction.CommitAsync(CancellationToken.None);
        if (answer.Verdict == DayCloseVerdict.Gaps) LogGaps(claimed.Store, claimed.Device, claimed.Entry, answer.Gaps.Count);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await AnswerNextAsync(stoppingToken))
                {
                }

                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                if (!failing) LogFailing(e.Message);
                failing = true;
            }

            await Task.Delay(failing ? IntervalWhileFailing : Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task<Claimed?> ClaimAsync(NpgsqlConnection connection, bool hasKey, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ClaimSql, Parameter(hasKey ? new[] { (short)DayCloseState.Waiting, (short)DayCloseState.WaitsForKey } : [(short)DayCloseState.Waiting]));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new(reader.GetInt32(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetInt64(3)) : null;
    }

    async Task<(DateOnly? Date, DayCloseAnswer Answer, IReadOnlyList<ReceiptRange> Receipts)> AnswerAsync(NpgsqlConnection connection, Claimed claimed, SigningKeyset? keys, CancellationToken cancellationToken)
    {
        var id = new EntryId(claimed.Entry);
        if (await ReadCloseAsync(connection, claimed, cancellationToken) is not { } found)
            return (null, new(id, DayCloseVerdict.Gaps, [new(DayCloseComparison.CloseUnreadableCode, "The close was received and cannot be read.")], null), []);

        var close = found.Close;
        var previous = await ReadPreviousAsync(connection, claimed.Store, close.Previous, cancellationToken);
        var (lineage, wasElsewhere) = await ReadLineageAsync(connection, claimed, cancellationToken);
        var lastNumbers = await ReadLastNumbersAsync(connection, claimed, close, cancellationToken);
        var comparison = new DayCloseComparison(close, previous?.Date, new(found.TimeZone, found.CutOffMinutes));
        await foreach (var entry in ReadEntriesAsync(connection, claimed, previous?.Version ?? 0, lineage, cancellationToken)) comparison.Add(entry);
        var gaps = comparison.Gaps(
            close.Previous is null || previous is not null,
            (code, series) => lastNumbers.TryGetValue((code, series), out var last) ? last : wasElsewhere ? null : 0);
        var certificate = gaps.Count > 0 || keys is null
            ? null
            : CertificateSigner.Sign(keys, new(
                new(claimed.Store), found.StoreName, new(claimed.Device), found.DeviceCode, id, Hash256.Read(found.Hash), close.Date, close.Previous, close.Figures, found.TimeZone, found.CutOffMinutes,
                previous?.Version ?? 0, claimed.Version, comparison.Quarantined, comparison.DatesDiffer, clock.GetUtcNow(), ""));
        var verdict = gaps.Count > 0 ? DayCloseVerdict.Gaps : certificate is null ? DayCloseVerdict.WaitsForKey : DayCloseVerdict.Certified;
        return (close.Date, new(id, verdict, gaps, certificate), close.Figures.Receipts);
    }

    static async Task<FoundClose?> ReadCloseAsync(NpgsqlConnection connection, Claimed claimed, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadCloseSql, Parameter(claimed.Store), Parameter(claimed.Entry));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken) || EntryCodec.Decode(reader.GetFieldValue<byte[]>(0)) is not EntryDecoding.Decoded { Entry: BusinessDayClosed close })
            return null;
        return new(close, reader.GetFieldValue<byte[]>(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4), await reader.IsDBNullAsync(5, cancellationToken) ? "" : reader.GetString(5));
    }

    static async Task<(long Version, DateOnly Date)?> ReadPreviousAsync(NpgsqlConnection connection, int store, EntryId? previous, CancellationToken cancellationToken)
    {
        if (previous is not { } id) return null;
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadPreviousSql, Parameter(store), Parameter(id.Value), Parameter((short)EntryKind.BusinessDayClosed));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && EntryCodec.Decode(reader.GetFieldValue<byte[]>(1)) is EntryDecoding.Decoded { Entry: BusinessDayClosed before } ? (reader.GetInt64(0), before.Date) : null;
    }

    static async Task<(int[] Lineage, bool WasElsewhere)> ReadLineageAsync(NpgsqlConnection connection, Claimed claimed, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadLineageSql, Parameter(claimed.Device), Parameter(claimed.Store));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var devices = new List<int>();
        var elsewhere = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            devices.Add(reader.GetInt32(0));
            elsewhere |= reader.GetBoolean(1);
        }

        return ([.. devices], elsewhere);
    }

    static async Task<Dictionary<(string DeviceCode, string Series), int>> ReadLastNumbersAsync(NpgsqlConnection connection, Claimed claimed, BusinessDayClosed close, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            ReadLastNumbersSql, Parameter(claimed.Store), Parameter(claimed.Version), Parameter(close.Figures.Receipts.Select(range => range.DeviceCode).Distinct().ToArray()),
            Parameter(close.Figures.Receipts.Select(range => range.Series).Distinct().ToArray()));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var numbers = new Dictionary<(string, string), int>();
        while (await reader.ReadAsync(cancellationToken)) numbers[(reader.GetString(0), reader.GetString(1))] = reader.GetInt32(2);
        return numbers;
    }

    static async IAsyncEnumerable<ReceivedEntry> ReadEntriesAsync(
        NpgsqlConnection connection, Claimed claimed, long after, int[] lineage, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var takenOver = lineage.Length > 1 ? await ReadTakenOverAsync(connection, claimed, cancellationToken) : [];
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadEntriesSql, Parameter(claimed.Store), Parameter(after), Parameter(claimed.Version), Parameter(lineage), Parameter((short)EntryKind.BusinessDayClosed));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetGuid(0);
            if (reader.GetInt32(4) == claimed.Device || takenOver.Contains(id)) yield return new(new(id), reader.GetFieldValue<byte[]>(1), reader.GetBoolean(2), reader.GetInt64(3));
        }
    }

    static async Task<HashSet<Guid>> ReadTakenOverAsync(NpgsqlConnection connection, Claimed claimed, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadTakenOverSql, Parameter(claimed.Device));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var ids = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetGuid(0));
        return ids;
    }

    [LoggerMessage(EventId = 7102, Level = LogLevel.Warning, Message = "Store {Store}: the close {Entry} of device {Device} is not certified, {Gaps} gaps.")]
    partial void LogGaps(int store, int device, Guid entry, int gaps);

    [LoggerMessage(EventId = 7103, Level = LogLevel.Warning, Message = "Closes wait for their answers, the database refuses: {Reason}")]
    partial void LogFailing(string reason);

    sealed record Claimed(int Store, Guid Entry, int Device, long Version);

    sealed record FoundClose(BusinessDayClosed Close, byte[] Hash, string StoreName, string TimeZone, int CutOffMinutes, string DeviceCode);
}
