using System.Data;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>
/// The SQL of one ingest transaction: one round trip locks and reads, one writes, and the commit travels with it. Locks are
/// taken in the order device, store head. Rows go as arrays through unnest, few or many: COPY took more CPU here at every size.
/// </summary>
sealed class IngestTransaction : IAsyncDisposable
{
    const string BeginSql = "BEGIN ISOLATION LEVEL READ COMMITTED";
    const string CommitSql = "COMMIT";
    const string RollbackSql = "ROLLBACK";

    const string LockDeviceSql = """
        SELECT state, session_number, stream_id, assignment_version, last_effective_time, last_receipt, device_code
        FROM device WHERE device_id = $1 FOR NO KEY UPDATE
        """;

    const string ReadStreamSql = "SELECT applied_through, applied_chain, durable_through FROM stream WHERE stream_id = (SELECT stream_id FROM device WHERE device_id = $1)";

    const string LockStoreHeadSql = "SELECT version, hash, checksum, latest_effective_time FROM store_head WHERE store_id = $1 FOR NO KEY UPDATE";

    const string ReadClockSql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /// <summary>
    /// One index probe per id, whatever the planner knew of the table when it made the plan: "= ANY" became a walk over the
    /// store's whole index (17 s of CPU in place of 4 for 100,000 entries in batches of 100).
    /// </summary>
    const string ReadKnownSql = """
        SELECT known.* FROM unnest($2) AS wanted (entry_id) CROSS JOIN LATERAL (
            SELECT j.entry_id, j.hash, j.stream_id, j.sequence, CASE WHEN j.merged_at_version IS NULL THEN j.quarantine_code END FROM journal j WHERE j.store_id = $1 AND j.entry_id = wanted.entry_id LIMIT 1) AS known
        """;

    const string ReadKnownInStoresSql = """
        SELECT known.* FROM unnest($1) AS assigned (store_id) CROSS JOIN unnest($2) AS wanted (entry_id) CROSS JOIN LATERAL (
            SELECT j.entry_id, j.hash, j.stream_id, j.sequence, CASE WHEN j.merged_at_version IS NULL THEN j.quarantine_code END FROM journal j WHERE j.store_id = assigned.store_id AND j.entry_id = wanted.entry_id LIMIT 1) AS known
        """;

    const string ReadStockSql = """
        SELECT present.* FROM unnest($2) AS wanted (product) CROSS JOIN LATERAL (
            SELECT s.product, s.on_hand, s.version, s.counted_at, s.counted_device_id, s.counted_entry_id FROM stock s WHERE s.store_id = $1 AND s.product = wanted.product LIMIT 1) AS present
        """;

    const string ReadClockOffsetsSql = """
        SELECT known.* FROM unnest($2) AS wanted (boot_id) CROSS JOIN LATERAL (
            SELECT c.boot_id, c.offset_ms FROM clock_offset c WHERE c.device_id = $1 AND c.boot_id = wanted.boot_id LIMIT 1) AS known
        """;

    /// <summary>
    /// Whether the device's clock is doubted, and which of the entries a refund waits for. Where nothing waits in the store, as
    /// nearly always, none of them is looked for.
    /// </summary>
    const string ReadOpenExceptionsSql = """
        SELECT NULL::uuid FROM store_exception WHERE store_id = $1 AND code = 'CLOCK_DOUBTFUL' AND subject = $2 AND closed_at_ms IS NULL
        UNION ALL
        SELECT wanted.entry_id FROM unnest($3) AS wanted (entry_id) CROSS JOIN LATERAL (
            SELECT 1 FROM store_exception e WHERE e.store_id = $1 AND e.code = 'REFUND_BEFORE_SALE' AND e.subject = wanted.entry_id::text AND e.closed_at_ms IS NULL LIMIT 1) AS waiting
        WHERE EXISTS (SELECT 1 FROM store_exception WHERE store_id = $1 AND code = 'REFUND_BEFORE_SALE' AND closed_at_ms IS NULL)
        """;

    const string ReadSoldSql = "SELECT entry_id, bytes FROM journal WHERE store_id = $1 AND entry_id = ANY($2) AND merged_at_version IS NOT NULL";

    const string ReadReturnedSql = "SELECT sale_entry_id, line_number, entry_id, quantity FROM returned_line WHERE store_id = $1 AND sale_entry_id = ANY($2)";

    const string ReadReceiptsSql = "SELECT receipt, entry_id FROM journal WHERE store_id = $1 AND receipt = ANY($2)";

    const string ReadSequencesSql = "SELECT sequence, entry_id, entry_hash, disposition FROM stream_sequence WHERE stream_id = $1 AND sequence BETWEEN $2 AND $3";

    /// <summary>
    /// The last commit with nothing so late in it: what moved after a time stands behind it, and none of what stands before has
    /// to be looked at.
    /// </summary>
    const string ReadCommitBeforeSql = "SELECT version FROM store_commit WHERE store_id = $1 AND latest_effective_time < $2 ORDER BY version DESC LIMIT 1";

    /// <summary>
    /// What moved after a count, of products whose latest count is before it: so each effect is still the whole movement. Both
    /// ends of the versions are given, and the planner walks the key.
    /// </summary>
    const string ReadMovedAfterSql = """
        SELECT w.number, sum(e.delta)
        FROM effect e
        JOIN unnest($4, $5, $6, $7) WITH ORDINALITY AS w (product, at, device_id, entry_id, number) ON w.product = e.product
        CROSS JOIN LATERAL (SELECT j.kind, j.effective_time, j.device_id FROM journal j WHERE j.store_id = $1 AND j.entry_id = e.entry_id LIMIT 1) AS j
        WHERE e.store_id = $1 AND e.version BETWEEN $2 AND $3 AND e.delta <> 0 AND j.kind <> $8
            AND (j.effective_time, j.device_id, e.entry_id) > (w.at, w.device_id, w.entry_id)
        GROUP BY w.number
        """;

    const string InsertJournalSql = """
        INSERT INTO journal (
            store_id, device_id, stream_id, received_at_ms, entry_id, sequence, kind, schema_version, bytes, hash,
            received_at_version, merged_at_version, effective_time, effective_time_source, business_date, quarantine_code, quarantine_detail, receipt, policy_version)
        SELECT $1, $2, $3, $4, * FROM unnest($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        """;

    const string InsertEffectsSql = """
        INSERT INTO effect (store_id, version, ordinal, entry_id, product, delta, on_hand, previous_version)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>The array is in key order: two writers that meet on the same rows never wait for each other in a circle.</summary>
    const string UpsertStockSql = """
        INSERT INTO stock (store_id, product, on_hand, version)
        SELECT $1, * FROM unnest($2, $3, $4)
        ON CONFLICT (store_id, product) DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version
        """;

    const string UpsertCountedStockSql = """
        INSERT INTO stock (store_id, product, on_hand, version, counted_at, counted_device_id, counted_entry_id)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7)
        ON CONFLICT (store_id, product) DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version,
            counted_at = excluded.counted_at, counted_device_id = excluded.counted_device_id, counted_entry_id = excluded.counted_entry_id
        """;

    const string InsertSequencesSql = """
        INSERT INTO stream_sequence (stream_id, sequence, entry_id, entry_hash, disposition)
        SELECT $1, * FROM unnest($2, $3, $4, $5)
        """;

    const string InsertClosesSql = "INSERT INTO day_close (store_id, device_id, entry_id, version, state) SELECT $1, $2, n.entry_id, n.version, 0 FROM unnest($3, $4) AS n (entry_id, version)";

    const string AdvanceHeadSql = "UPDATE store_head SET version = $2, hash = $3, checksum = $4, latest_effective_time = $5 WHERE store_id = $1";

    const string InsertCommitSql = "INSERT INTO store_commit (store_id, version, hash, effect_count, committed_at_ms, device_id, checksum, latest_effective_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    const string AdvanceStreamSql = "UPDATE stream SET applied_through = $2, applied_chain = $3 WHERE stream_id = $1";

    const string AdvanceDeviceSql = "UPDATE device SET last_effective_time = $2, last_used_session = session_number, last_receipt = coalesce($3, last_receipt) WHERE device_id = $1";

    readonly NpgsqlConnection connection;
    readonly DeviceId device;
    readonly StoreId store;
    bool open = true;

    IngestTransaction(NpgsqlConnection connection, DeviceId device, StoreId store)
    {
        this.connection = connection;
        this.device = device;
        this.store = store;
    }

    public static async Task<IngestTransaction> OpenAsync(NpgsqlDataSource source, DeviceId device, StoreId store, CancellationToken cancellationToken) =>
        new(await source.OpenConnectionAsync(cancellationToken), device, store);

    /// <summary>Begins, locks device and store head, and reads what the entries need. Null where device or store are not there.</summary>
    public async Task<StoreStanding?> LockAndReadAsync(ArraySegment<ArrivedEntry> entries)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(BeginSql);
        batch.Add(LockDeviceSql, Parameter(device.Value));
        batch.Add(ReadStreamSql, Parameter(device.Value));
        batch.Add(LockStoreHeadSql, Parameter(store.Value));
        batch.Add(ReadClockSql);
        batch.Add(ReadKnownSql, Parameter(store.Value), Parameter(Ids(entries)));
        batch.Add(ReadStockSql, Parameter(store.Value), Parameter(Products(entries)));
        batch.Add(ReadClockOffsetsSql, Parameter(device.Value), Parameter(Boots(entries)));
        batch.Add(ReadOpenExceptionsSql, Parameter(store.Value), Parameter(device.ToString()), Parameter(Ids(entries)));

        await using var reader = await batch.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return null;
        var (state, session, stream, assignment, lastEffective) = (reader.GetString(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetInt32(3), reader.GetInt64(4));
        var lastReceipt = await reader.IsDBNullAsync(5) ? null : ReceiptNumber.TryParse(reader.GetString(5));
        var deviceCode = reader.GetString(6);
        await reader.NextResultAsync();
        if (!await reader.ReadAsync()) return null;
        var (applied, chain, durable) = (reader.GetInt64(0), ChainHash.Read(reader.GetFieldValue<byte[]>(1)), reader.GetInt64(2));
        await reader.NextResultAsync();
        if (!await reader.ReadAsync()) return null;
        var (version, hash, checksum, latest) = (reader.GetInt64(0), FeedHash.Read(reader.GetFieldValue<byte[]>(1)), StockChecksum.Read(reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3));
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var receivedAtMs = reader.GetInt64(0);
        await reader.NextResultAsync();
        var known = new Dictionary<EntryId, KnownEntry>(entries.Count);
        await AddKnownAsync(reader, known);
        await reader.NextResultAsync();
        var stock = new Dictionary<ProductCode, ProductStock>();
        while (await reader.ReadAsync()) stock[ProductCode.Parse(reader.GetString(0))] = new(reader.GetInt64(1), reader.GetInt64(2), await CountedAsync(reader, 3));
        await reader.NextResultAsync();
        var clockOffsets = new Dictionary<ulong, long>();
        while (await reader.ReadAsync()) clockOffsets[unchecked((ulong)reader.GetInt64(0))] = reader.GetInt64(1);
        await reader.NextResultAsync();
        var (clockDoubtful, waitedFor) = (false, new HashSet<EntryId>());
        while (await reader.ReadAsync())
        {
            if (await reader.IsDBNullAsync(0)) clockDoubtful = true;
            else waitedFor.Add(new(reader.GetGuid(0)));
        }

        return new()
        {
            DeviceState = state, SessionNumber = session, Stream = new(stream), AssignmentVersion = assignment, LastEffectiveTime = new(lastEffective),
            AppliedThrough = applied, AppliedChain = chain, DurableThrough = durable, ClockOffsets = clockOffsets, StoreVersion = version, StoreHash = hash, StoreChecksum = checksum, StoreLatestEffectiveTime = new(latest), ReceivedAtMs = receivedAtMs, Known = known, Stock = stock,
            Exceptions = new() { DeviceCode = deviceCode, LastReceipt = lastReceipt, ClockDoubtful = clockDoubtful, WaitedFor = waitedFor },
        };
    }

    /// <summary>Journal rows under these ids in any of the device's stores, added to what is known.</summary>
    public async Task ReadKnownAsync(IEnumerable<StoreId> stores, IEnumerable<EntryId> ids, Dictionary<EntryId, KnownEntry> known)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadKnownInStoresSql, Parameter(stores.Select(each => each.Value).ToArray()), Parameter(ids.Select(id => id.Value).ToArray()));
        await using var reader = await batch.ExecuteReaderAsync();
        await AddKnownAsync(reader, known);
    }

    /// <summary>
    /// Gives each of the counts with what moved after it in effective time, through a version of the store. Asks nothing where
    /// there are none.
    /// </summary>
    public async Task ReadMovedAfterAsync(List<ArrivingCount> counts, long through, Action<ArrivingCount> each)
    {
        if (counts.Count == 0) return;
        var from = 1L;
        await using (var before = new NpgsqlBatch(connection))
        {
            before.Add(ReadCommitBeforeSql, Parameter(store.Value), Parameter(counts.Min(count => count.Instant.At.Packed)));
            if (await before.ExecuteScalarAsync() is long version) from = version + 1;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Add(
            ReadMovedAfterSql, Parameter(store.Value), Parameter(from), Parameter(through), Column(counts, count => count.Product.Value), Column(counts, count => count.Instant.At.Packed),
            Column(counts, count => count.Instant.Device.Value), Column(counts, count => count.Instant.Entry.Value), Parameter((short)EntryKind.StockCounted));
        var sums = new Int128[counts.Count];
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync()) sums[reader.GetInt64(0) - 1] = (Int128)reader.GetDecimal(1);
        for (var i = 0; i < sums.Length; i++) each(counts[i] with { MovedAfter = sums[i] });
    }

    /// <summary>
    /// Adds what judging the exceptions of these entries needs: what the sales sold whose lines came back, what came back before,
    /// and who has the receipt numbers that may be repeated. Asks nothing where there are none.
    /// </summary>
    public async Task ReadExceptionFactsAsync(MergedEntries merged, ExceptionStanding exceptions)
    {
        var sales = ExceptionRules.SalesToKnow(merged, exceptions);
        var receipts = ExceptionRules.ReceiptsToKnow(merged, exceptions);
        if (sales.Count == 0 && receipts.Count == 0) return;
        await using var batch = new NpgsqlBatch(connection);
        var ids = sales.Select(sale => sale.Value).ToArray();
        batch.Add(ReadSoldSql, Parameter(store.Value), Parameter(ids));
        batch.Add(ReadReturnedSql, Parameter(store.Value), Parameter(ids));
        batch.Add(ReadReceiptsSql, Parameter(store.Value), Parameter(receipts.Select(receipt => receipt.ToString()).ToArray()));
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            if (EntryCodec.Decode(reader.GetFieldValue<byte[]>(1)) is EntryDecoding.Decoded { Entry: SaleRecorded sale }) exceptions.Sold[new(reader.GetGuid(0))] = [.. sale.Lines.Select(line => line.Quantity.Thousandths)];
        }

        await reader.NextResultAsync();
        while (await reader.ReadAsync()) exceptions.Returned.Add(new(new(reader.GetGuid(0)), reader.GetInt32(1), new(reader.GetGuid(2)), reader.GetInt64(3)));
        await reader.NextResultAsync();
        var byText = receipts.ToLookup(receipt => receipt.ToString());
        while (await reader.ReadAsync())
        {
            foreach (var receipt in byText[reader.GetString(0)]) exceptions.Receipts.TryAdd(receipt, new(reader.GetGuid(1)));
        }
    }

    /// <summary>What is stored of the registers that the entries edit. Asks nothing where they edit none.</summary>
    public async Task<RegisterFold> ReadRegistersAsync(ArraySegment<ArrivedEntry> entries)
    {
        var keys = entries.Where(entry => entry.Edit is not null).Select(entry => new RegisterKey(entry.Edit!.Product, entry.Edit.Field)).ToList();
        return keys.Count == 0 ? new(store, EditPolicies.None) : await RegisterTables.ReadAsync(connection, store, keys);
    }

    /// <summary>The stream's sequences in the range whose entries the journal holds elsewhere.</summary>
    public async Task<Dictionary<long, ConsumedSequence>> ReadSequencesAsync(StreamId stream, long first, long last)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadSequencesSql, Parameter(stream.Value), Parameter(first), Parameter(last));
        await using var reader = await batch.ExecuteReaderAsync();
        var sequences = new Dictionary<long, ConsumedSequence>();
        while (await reader.ReadAsync())
        {
            var sequence = reader.GetInt64(0);
            sequences[sequence] = new(
                sequence, new(reader.GetGuid(1)), Hash256.Read(reader.GetFieldValue<byte[]>(2)),
                (SequenceDisposition)reader.GetInt16(3) == SequenceDisposition.IdConflict);
        }

        return sequences;
    }

    /// <summary>Writes everything and commits, in one round trip.</summary>
    public async Task WriteAndCommitAsync(StoreStanding standing, StoreMerge merge, MergedEntries merged, JudgedExceptions judged, long appliedThrough, ChainHash chain)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddRows(batch, standing, merge, merged, standing.StoreVersion);
        AddHeads(batch, standing, merge, merged, judged, appliedThrough, chain);
        batch.Add(CommitSql);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        open = false;
    }

    /// <summary>Writes some of the rows under a savepoint; where the server refuses them, they were never written.</summary>
    public async Task WriteUnderSavepointAsync(StoreStanding standing, StoreMerge merge, MergedEntries merged, long versionBefore)
    {
        await ExecuteAsync("SAVEPOINT part");
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            AddRows(batch, standing, merge, merged, versionBefore);
            if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(CancellationToken.None);
            await ExecuteAsync("RELEASE SAVEPOINT part");
        }
        catch (PostgresException)
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT part");
            throw;
        }
    }

    /// <summary>Advances the heads for rows that were written before, and commits.</summary>
    public async Task CommitAsync(StoreStanding standing, StoreMerge merge, MergedEntries merged, JudgedExceptions judged, long appliedThrough, ChainHash chain)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddHeads(batch, standing, merge, merged, judged, appliedThrough, chain);
        batch.Add(CommitSql);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        open = false;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (open && connection.State == ConnectionState.Open) await ExecuteAsync(RollbackSql);
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and its transaction with it: what sent us here is already on its way up.
        }

        await connection.DisposeAsync();
    }

    /// <summary>A product's latest count, from its three columns.</summary>
    internal static async Task<EffectiveInstant?> CountedAsync(NpgsqlDataReader reader, int column) =>
        await reader.IsDBNullAsync(column) ? null : new(new(reader.GetInt64(column)), new(reader.GetInt32(column + 1)), new(reader.GetGuid(column + 2)));

    static async Task AddKnownAsync(NpgsqlDataReader reader, Dictionary<EntryId, KnownEntry> known)
    {
        while (await reader.ReadAsync())
        {
            known[new(reader.GetGuid(0))] = new(
                Hash256.Read(reader.GetFieldValue<byte[]>(1)), new(reader.GetGuid(2)), reader.GetInt64(3), await reader.IsDBNullAsync(4) ? null : reader.GetString(4));
        }
    }

    void AddRows(NpgsqlBatch batch, StoreStanding standing, StoreMerge merge, MergedEntries merged, long versionBefore)
    {
        if (merged.Journal.Count > 0)
        {
            AddJournal(batch, standing, merge, merged.Journal);
            AddEffects(batch, merged.Effects);
            var closes = merged.Journal.FindAll(row => row.Entry.Kind == (short)EntryKind.BusinessDayClosed && row.Quarantine is null);
            if (closes.Count > 0) batch.Add(InsertClosesSql, Parameter(store.Value), Parameter(device.Value), Column(closes, row => row.Id.Value), Column(closes, row => row.Version));
            RegisterTables.AddWrites(batch, store, merge.Registers, versionBefore);
        }

        var moved = merge.Stock.Where(product => product.Value.Version > versionBefore).OrderBy(product => product.Key).ToArray();
        if (Array.Exists(moved, product => product.Value.Counted is not null))
        {
            batch.Add(
                UpsertCountedStockSql, Parameter(store.Value), Parameter(Array.ConvertAll(moved, product => product.Key.Value)),
                Parameter(Array.ConvertAll(moved, product => product.Value.OnHand)), Parameter(Array.ConvertAll(moved, product => product.Value.Version)),
                Parameter(Array.ConvertAll(moved, product => product.Value.Counted?.At.Packed)), Parameter(Array.ConvertAll(moved, product => product.Value.Counted?.Device.Value)),
                Parameter(Array.ConvertAll(moved, product => product.Value.Counted?.Entry.Value)));
        }
        else if (moved.Length > 0)
        {
            batch.Add(
                UpsertStockSql, Parameter(store.Value), Parameter(Array.ConvertAll(moved, product => product.Key.Value)),
                Parameter(Array.ConvertAll(moved, product => product.Value.OnHand)), Parameter(Array.ConvertAll(moved, product => product.Value.Version)));
        }

        if (merged.Sequences.Count > 0)
        {
            batch.Add(
                InsertSequencesSql, Parameter(standing.Stream.Value), Column(merged.Sequences, row => row.Sequence), Column(merged.Sequences, row => row.Entry.Value),
                Column(merged.Sequences, row => row.Hash.ToByteArray()),
                Column(merged.Sequences, row => (short)(row.IdConflict ? SequenceDisposition.IdConflict : SequenceDisposition.Duplicate)));
        }
    }

    void AddJournal(NpgsqlBatch batch, StoreStanding standing, StoreMerge merge, List<JournalEntry> journal) => batch.Add(
        InsertJournalSql,
        Parameter(store.Value),
        Parameter(device.Value),
        Parameter(standing.Stream.Value),
        Parameter(standing.ReceivedAtMs),
        Column(journal, row => row.Id.Value),
        Column(journal, row => row.Entry.Sequence),
        Column(journal, row => row.Entry.Kind),
        Column(journal, row => row.Entry.SchemaVersion),
        Column(journal, row => row.Entry.Bytes.ToArray()),
        Column(journal, row => row.Entry.Hash.ToByteArray()),
        Column(journal, row => row.Version),
        Column(journal, row => row.Quarantine is null ? row.Version : (long?)null),
        Column(journal, row => row.EffectiveTime.At.Packed),
        Column(journal, row => (short)row.EffectiveTime.Source),
        Column(journal, row => row.Entry.BusinessDate),
        Column(journal, row => row.Quarantine?.Code),
        Column(journal, row => row.Quarantine?.Detail),
        Column(journal, row => row.Quarantine is null ? ExceptionRules.ReceiptOf(row.Entry.Content)?.ToString() : null),
        Column(journal, row => row.Entry.Edit is not null && row.Quarantine is null ? merge.Registers.PolicyVersion : (int?)null));

    void AddEffects(NpgsqlBatch batch, List<StockEffect> effects) => batch.Add(
        InsertEffectsSql,
        Parameter(store.Value),
        Column(effects, row => row.Version),
        Column(effects, row => row.Ordinal),
        Column(effects, row => row.Entry.Value),
        Column(effects, row => row.Product?.Value),
        Column(effects, row => row.Delta),
        Column(effects, row => row.OnHand),
        Column(effects, row => row.PreviousVersion));

    void AddHeads(NpgsqlBatch batch, StoreStanding standing, StoreMerge merge, MergedEntries merged, JudgedExceptions judged, long appliedThrough, ChainHash chain)
    {
        if (merged.Journal.Count > 0)
        {
            var hash = standing.StoreHash.Append(merged.Journal.Select(row => row.Id)).ToByteArray();
            var checksum = merge.Checksum.ToByteArray();
            var latest = Math.Max(standing.StoreLatestEffectiveTime.Packed, merge.LastEffectiveTime.Packed);
            batch.Add(AdvanceHeadSql, Parameter(store.Value), Parameter(merge.Version), Parameter(hash), Parameter(checksum), Parameter(latest));
            batch.Add(
                InsertCommitSql, Parameter(store.Value), Parameter(merge.Version), Parameter(hash), Parameter(merged.Effects.Count), Parameter(standing.ReceivedAtMs), Parameter(device.Value),
                Parameter(checksum), Parameter(latest));
        }

        batch.Add(AdvanceStreamSql, Parameter(standing.Stream.Value), Parameter(appliedThrough), Parameter(chain.ToByteArray()));
        batch.AddExceptions(store, device, standing.ReceivedAtMs, judged.Closed, judged.Raised);
        batch.AddReturnedLines(store, judged.Returned);
        batch.Add(AdvanceDeviceSql, Parameter(device.Value), Parameter(merge.LastEffectiveTime.Packed), Parameter(judged.LastReceipt?.ToString()));
    }

    async Task ExecuteAsync(string sql)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(sql);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    static Guid[] Ids(ArraySegment<ArrivedEntry> entries)
    {
        var ids = new Guid[entries.Count];
        for (var i = 0; i < ids.Length; i++) ids[i] = entries[i].Id.Value;
        return ids;
    }

    static long[] Boots(ArraySegment<ArrivedEntry> entries)
    {
        var boots = new HashSet<long>();
        foreach (var entry in entries)
        {
            if (entry.Wall is { } wall) boots.Add(unchecked((long)wall.BootId));
        }

        return [.. boots];
    }

    static string[] Products(ArraySegment<ArrivedEntry> entries)
    {
        var products = new HashSet<string>();
        foreach (var entry in entries)
        {
            for (var i = 0; i < entry.Movements.Count; i++) products.Add(entry.Movements[i].Product.Value);
            for (var i = 0; i < entry.Counts.Count; i++) products.Add(entry.Counts[i].Product.Value);
        }

        return [.. products];
    }
}
