using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using Npgsql;
using Settlement = EdgeRetail.Contracts.Sync.V1.Settlement;
using SettlementKind = EdgeRetail.Contracts.Sync.V1.SettlementKind;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// Reads a store's feed in pages. A page ends at a commit, so versions below its end never appear later; rows, head and the
/// reader's own stream row come from one snapshot, so a marker covers exactly what the page and those before it hold.
/// </summary>
/// <param name="pageRows">Fewer, to see pages that end behind the head without thousands of rows.</param>
public sealed class StoreFeedReader(CloudDatabase database, int pageRows = StoreFeedReader.PageRows)
{
    /// <summary>A page takes whole commits up to so many rows, and one commit where that alone has more.</summary>
    public const int PageRows = 2_000;

    const int AnswerBytesMax = 2 * 1024 * 1024;

    const string BeginSql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    const string CommitSql = "COMMIT";

    const string ReadHeadSql = """
        SELECT h.version, h.hash, s.applied_through, s.applied_chain, h.checksum, c.hash, s.durable_through
        FROM store_head h
            LEFT JOIN stream s ON s.stream_id = $2
            LEFT JOIN store_commit c ON c.store_id = h.store_id AND c.version = $3
        WHERE h.store_id = $1
        """;

    const string ReadEndSql = """
        SELECT version, hash, checksum FROM (
            SELECT version, hash, checksum, sum(effect_count) OVER (ORDER BY version) AS rows, row_number() OVER (ORDER BY version) AS ordinal
            FROM (SELECT version, hash, checksum, effect_count FROM store_commit WHERE store_id = $1 AND version > $2 ORDER BY version LIMIT $3) AS ahead) AS page
        WHERE rows <= $3 OR ordinal = 1
        ORDER BY version DESC LIMIT 1
        """;

    /// <summary>Whether a row without product stands for a quarantined entry is the journal's to say.</summary>
    const string ReadEffectsSql = """
        SELECT e.version, e.entry_id, e.product, e.delta, e.on_hand,
            CASE WHEN e.product IS NULL
                THEN coalesce((SELECT j.quarantine_code IS NOT NULL FROM journal j WHERE j.store_id = e.store_id AND j.entry_id = e.entry_id), true)
                ELSE false END
        FROM effect e
        WHERE e.store_id = $1 AND e.version > $2 AND e.version <= (
            SELECT version FROM (
                SELECT version, sum(effect_count) OVER (ORDER BY version) AS rows, row_number() OVER (ORDER BY version) AS ordinal
                FROM (SELECT version, effect_count FROM store_commit WHERE store_id = $1 AND version > $2 ORDER BY version LIMIT $3) AS ahead) AS page
            WHERE rows <= $3 OR ordinal = 1
            ORDER BY version DESC LIMIT 1)
        ORDER BY e.version, e.ordinal
        """;

    /// <summary>What became of entries in quarantine by versions of the page: few, and found by an index that holds nothing else.</summary>
    const string ReadSettlementsSql = """
        SELECT o.entry_id, o.settlement, o.settled_at_version, r.entry_id, r.bytes
        FROM journal o JOIN journal r ON r.store_id = o.store_id AND r.entry_id = o.settled_by
        WHERE o.store_id = $1 AND o.settled_at_version > $2 AND o.settled_at_version <= (
            SELECT version FROM (
                SELECT version, sum(effect_count) OVER (ORDER BY version) AS rows, row_number() OVER (ORDER BY version) AS ordinal
                FROM (SELECT version, effect_count FROM store_commit WHERE store_id = $1 AND version > $2 ORDER BY version LIMIT $3) AS ahead) AS page
            WHERE rows <= $3 OR ordinal = 1
            ORDER BY version DESC LIMIT 1)
        ORDER BY o.settled_at_version
        """;

    /// <summary>Registers whose latest version is of the page; one that changed again since stands further on.</summary>
    const string ReadRegistersSql = $"""
        SELECT {RegisterRows.Columns} {RegisterRows.From}
        WHERE r.store_id = $1 AND r.version > $2 AND r.version <= (
            SELECT version FROM (
                SELECT version, sum(effect_count) OVER (ORDER BY version) AS rows, row_number() OVER (ORDER BY version) AS ordinal
                FROM (SELECT version, effect_count FROM store_commit WHERE store_id = $1 AND version > $2 ORDER BY version LIMIT $3) AS ahead) AS page
            WHERE rows <= $3 OR ordinal = 1
            ORDER BY version DESC LIMIT 1)
        ORDER BY r.version
        """;

    /// <summary>
    /// Answers to the reader's own closes that its cursor may not have passed. Each is due at the version after the store's when
    /// it was answered, which no page held then: so the page with that version brings it for sure, and one at the head before.
    /// </summary>
    const string ReadAnswersSql = """
        SELECT due_at_version, answer_number, answer FROM day_close
        WHERE store_id = $1 AND device_id = (SELECT device_id FROM stream WHERE stream_id = $2) AND due_at_version > $3
        ORDER BY due_at_version, answer_number LIMIT 1000
        """;

    /// <summary>
    /// The page after the cursor, with the marker of <paramref name="stream"/> where it reaches the head, and the checksum of
    /// the store's stock rows at its end. What comes after a cursor of another history would be no continuation, and is not read.
    /// </summary>
    public Task<FeedPage> ReadAsync(StoreId store, ReadCursor cursor, StreamId stream, CancellationToken cancellationToken) =>
        database.ReadFeedsAsync(connection => ReadAsync(connection, store, cursor, stream), cancellationToken);

    async Task<FeedPage> ReadAsync(NpgsqlConnection connection, StoreId store, ReadCursor cursor, StreamId stream)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(BeginSql);
        batch.Add(ReadHeadSql, Parameter(store.Value), Parameter(stream.Value), Parameter(cursor.Version));
        batch.Add(ReadEndSql, Parameter(store.Value), Parameter(cursor.Version), Parameter((long)pageRows));
        batch.Add(ReadEffectsSql, Parameter(store.Value), Parameter(cursor.Version), Parameter((long)pageRows));
        batch.Add(ReadSettlementsSql, Parameter(store.Value), Parameter(cursor.Version), Parameter((long)pageRows));
        batch.Add(ReadRegistersSql, Parameter(store.Value), Parameter(cursor.Version), Parameter((long)pageRows));
        batch.Add(ReadAnswersSql, Parameter(store.Value), Parameter(stream.Value), Parameter(cursor.Version));
        batch.Add(CommitSql);
        await using var reader = await batch.ExecuteReaderAsync();

        if (!await reader.ReadAsync()) return new FeedPage.BehindCursor(0);
        var head = reader.GetInt64(0);
        var headHash = reader.GetFieldValue<byte[]>(1);
        OwnMarker? marker = await reader.IsDBNullAsync(2)
            ? null
            : new() { AppliedThrough = (ulong)reader.GetInt64(2), AppliedChain = ByteString.CopyFrom(reader.GetFieldValue<byte[]>(3)), DurableThrough = (ulong)reader.GetInt64(6) };
        var checksum = reader.GetFieldValue<byte[]>(4);
        if (head < cursor.Version || !cursor.IsOf(await reader.IsDBNullAsync(5) ? null : reader.GetFieldValue<byte[]>(5))) return new FeedPage.BehindCursor(head);

        var page = new Page
        {
            Feed = FeedKind.Store, Store = (uint)store.Value, FromVersion = (ulong)cursor.Version, ToVersion = (ulong)head, Hash = ByteString.CopyFrom(headHash),
            Checksum = UnsafeByteOperations.UnsafeWrap(checksum),
        };
        await reader.NextResultAsync();
        if (await reader.ReadAsync())
        {
            page.ToVersion = (ulong)reader.GetInt64(0);
            page.Hash = UnsafeByteOperations.UnsafeWrap(reader.GetFieldValue<byte[]>(1));
            page.Checksum = UnsafeByteOperations.UnsafeWrap(reader.GetFieldValue<byte[]>(2));
        }

        await reader.NextResultAsync();
        await AddEffectsAsync(reader, page, cursor.Version);
        await reader.NextResultAsync();
        await AddSettlementsAsync(reader, page);
        await reader.NextResultAsync();
        await RegisterRows.AddAsync(reader, page.ProductEdits);
        var atHead = page.ToVersion == (ulong)head;
        if (atHead) page.Marker = marker;
        await reader.NextResultAsync();
        return new FeedPage.Read(page, atHead) { LastAnswer = await AddAnswersAsync(reader, page, (long)page.ToVersion + (atHead ? 1 : 0)) };
    }

    static async Task AddSettlementsAsync(NpgsqlDataReader reader, Page page)
    {
        while (await reader.ReadAsync())
        {
            var settlement = new Settlement
            {
                EntryId = UnsafeByteOperations.UnsafeWrap(new EntryId(reader.GetGuid(0)).ToByteArray()), Kind = (SettlementKind)reader.GetInt16(1), Version = (ulong)reader.GetInt64(2),
                SettledBy = UnsafeByteOperations.UnsafeWrap(new EntryId(reader.GetGuid(3)).ToByteArray()),
            };
            if (EntryCodec.Decode(reader.GetFieldValue<byte[]>(4)) is EntryDecoding.Decoded { Entry: var entry })
                (settlement.Actor, settlement.Reason) = (entry.Header.Actor, EntryReasons.Of(entry) ?? "");
            page.Settlements.Add(settlement);
        }
    }

    static async Task<long> AddAnswersAsync(NpgsqlDataReader reader, Page page, long dueThrough)
    {
        var (last, bytes) = (0L, 0);
        while (await reader.ReadAsync())
        {
            if (reader.GetInt64(0) > dueThrough) continue;
            var answer = reader.GetFieldValue<byte[]>(2);
            // Years of closes at once: what does not fit is had from the cloud, and never keeps the page from coming.
            if ((bytes += answer.Length) > AnswerBytesMax) break;
            page.Certificates.Add(DayCloseAnswer.Parser.ParseFrom(answer));
            last = Math.Max(last, reader.GetInt64(1));
        }

        return last;
    }

    static async Task AddEffectsAsync(NpgsqlDataReader reader, Page page, long cursor)
    {
        var (before, entryBefore) = (cursor, Guid.Empty);
        while (await reader.ReadAsync())
        {
            var (version, entry) = (reader.GetInt64(0), reader.GetGuid(1));
            var effect = new Effect { VersionStep = (ulong)(version - before), DeltaThousandths = reader.GetInt64(3), Quarantined = reader.GetBoolean(5) };
            if (entry != entryBefore) effect.EntryId = UnsafeByteOperations.UnsafeWrap(new EntryId(entry).ToByteArray());
            if (!reader.IsDBNull(2)) effect.Product = reader.GetString(2);
            if (!reader.IsDBNull(4)) effect.OnHandThousandths = reader.GetInt64(4);
            page.Effects.Add(effect);
            (before, entryBefore) = (version, entry);
        }
    }
}
