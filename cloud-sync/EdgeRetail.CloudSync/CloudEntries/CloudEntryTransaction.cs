using System.Data;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using static EdgeRetail.CloudSync.Storage.NpgsqlBatchExtensions;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>
/// The SQL of one transaction that records cloud entries of one store. The only lock it waits for is the store head's, which also
/// guards the store's stream and every row of its journal: it holds no device, so no ingest waits in a circle with it.
/// </summary>
sealed class CloudEntryTransaction : IAsyncDisposable
{
    const string BeginSql = "BEGIN ISOLATION LEVEL READ COMMITTED";
    const string CommitSql = "COMMIT";
    const string RollbackSql = "ROLLBACK";

    /// <summary>As in the hot path: an answer was flushed before, and who hangs in a transaction keeps no store's lock.</summary>
    const string SettleSql = """
        SELECT set_config('idle_in_transaction_session_timeout', '15s', true),
            set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on' ELSE current_setting('synchronous_commit') END, true)
        """;

    const string LockStoreHeadSql = "SELECT version, hash, checksum, latest_effective_time FROM store_head WHERE store_id = $1 FOR NO KEY UPDATE";

    const string ReadStoreSql = $"SELECT time_zone, day_cut_off_minutes, {DatabaseClock.NowMs} FROM store WHERE store_id = $1";

    const string ReadStreamSql = "SELECT stream_id, applied_through, applied_chain FROM store_stream WHERE store_id = $1 AND incarnation_id = $2";

    const string ReadLastTimeSql = "SELECT coalesce(max(last_effective_time), 0) FROM store_stream WHERE store_id = $1";

    const string ReadOriginalsSql = """
        SELECT o.* FROM unnest($2) AS wanted (entry_id) CROSS JOIN LATERAL (
            SELECT j.entry_id, j.device_id, j.bytes, j.quarantine_code, j.settlement, j.settled_by, j.settled_at_version, j.effective_time, j.effective_time_source
            FROM journal j WHERE j.store_id = $1 AND j.entry_id = wanted.entry_id LIMIT 1) AS o
        """;

    const string ReadStockSql = "SELECT product, on_hand, version, counted_at, counted_device_id, counted_entry_id FROM stock WHERE store_id = $1 AND product = ANY($2)";

    const string InsertJournalSql = """
        INSERT INTO journal (
            store_id, device_id, stream_id, received_at_ms, entry_id, sequence, kind, schema_version, bytes, hash,
            received_at_version, merged_at_version, effective_time, effective_time_source, business_date, policy_version)
        SELECT $1, 0, $2, $3, n.entry_id, n.sequence, n.kind, n.schema_version, n.bytes, n.hash, n.version, n.version, n.effective_time, n.source, n.business_date, n.policy_version
        FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS n (entry_id, sequence, kind, schema_version, bytes, hash, version, effective_time, source, business_date, policy_version)
        """;

    const string SettleOriginalsSql = """
        UPDATE journal j
        SET settled_by = s.settled_by, settled_at_version = s.version, settlement = s.settlement, merged_at_version = CASE WHEN s.settlement = 2 THEN s.version END
        FROM unnest($2, $3, $4, $5) AS s (entry_id, settled_by, version, settlement)
        WHERE j.store_id = $1 AND j.entry_id = s.entry_id
        """;

    /// <summary>A close that stood in quarantine is answered once it is merged as it is.</summary>
    const string InsertClosesSql = """
        INSERT INTO day_close (store_id, device_id, entry_id, version, state)
        SELECT j.store_id, j.device_id, j.entry_id, j.received_at_version, 0 FROM journal j
        WHERE j.store_id = $1 AND j.entry_id = ANY($2) AND j.kind = $3 AND j.settlement = 2
        ON CONFLICT (store_id, entry_id) DO NOTHING
        """;

    const string InsertEffectsSql = """
        INSERT INTO effect (store_id, version, ordinal, entry_id, product, delta, on_hand, previous_version)
        SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>What a product was last counted at stays: no cloud entry counts.</summary>
    const string UpsertStockSql = """
        INSERT INTO stock (store_id, product, on_hand, version)
        SELECT $1, * FROM unnest($2, $3, $4)
        ON CONFLICT (store_id, product) DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version
        """;

    const string AdvanceHeadSql = "UPDATE store_head SET version = $2, hash = $3, checksum = $4, latest_effective_time = $5 WHERE store_id = $1";

    const string InsertCommitSql = "INSERT INTO store_commit (store_id, version, hash, effect_count, committed_at_ms, device_id, checksum, latest_effective_time) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";

    const string AdvanceStreamSql = """
        INSERT INTO store_stream (store_id, stream_id, incarnation_id, applied_through, applied_chain, durable_through, last_effective_time, opened_at_ms)
        VALUES ($1, $2, $3, $4, $5, 0, $6, $7)
        ON CONFLICT (store_id, stream_id) DO UPDATE
            SET applied_through = excluded.applied_through, applied_chain = excluded.applied_chain, last_effective_time = excluded.last_effective_time
        """;

    readonly NpgsqlConnection connection;
    readonly StoreId store;
    readonly IncarnationId incarnation;
    bool open;

    CloudEntryTransaction(NpgsqlConnection connection, StoreId store, IncarnationId incarnation)
    {
        this.connection = connection;
        this.store = store;
        this.incarnation = incarnation;
    }

    public static async Task<CloudEntryTransaction> OpenAsync(NpgsqlDataSource source, StoreId store, SecretSource secrets, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            return new(connection, store, await IncarnationKeeper.CurrentAsync(connection, secrets, (_, _) => { }));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins, locks the store head, and reads. Null where there is no such store.</summary>
    public async Task<CloudStanding?> LockAndReadAsync(IReadOnlyCollection<EntryId> originals)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(BeginSql);
        batch.Add(SettleSql);
        batch.Add(LockStoreHeadSql, Parameter(store.Value));
        batch.Add(ReadStoreSql, Parameter(store.Value));
        batch.Add(ReadStreamSql, Parameter(store.Value), Parameter(incarnation.Value));
        batch.Add(ReadLastTimeSql, Parameter(store.Value));
        batch.Add(ReadOriginalsSql, Parameter(store.Value), Parameter(originals.Select(id => id.Value).ToArray()));
        open = true;
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        await reader.NextResultAsync();
        if (!await reader.ReadAsync()) return null;
        var (version, hash, checksum, latest) = (reader.GetInt64(0), FeedHash.Read(reader.GetFieldValue<byte[]>(1)), StockChecksum.Read(reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3));
        await reader.NextResultAsync();
        if (!await reader.ReadAsync()) return null;
        var (zone, cutOff, nowMs) = (reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2));
        await reader.NextResultAsync();
        (StreamId? Stream, long Applied, ChainHash? Chain) stream =
            await reader.ReadAsync() ? (new(reader.GetGuid(0)), reader.GetInt64(1), ChainHash.Read(reader.GetFieldValue<byte[]>(2))) : (null, 0, null);
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var lastTime = reader.GetInt64(0);
        await reader.NextResultAsync();
        var found = new Dictionary<EntryId, QuarantinedEntry>();
        while (await reader.ReadAsync())
        {
            var id = new EntryId(reader.GetGuid(0));
            found[id] = new(
                id, new(reader.GetInt32(1)), reader.GetFieldValue<byte[]>(2), await reader.IsDBNullAsync(3) ? null : reader.GetString(3),
                await reader.IsDBNullAsync(4) ? null : (SettlementKind)reader.GetInt16(4), await reader.IsDBNullAsync(5) ? null : new EntryId(reader.GetGuid(5)),
                await reader.IsDBNullAsync(6) ? null : reader.GetInt64(6), new(new(reader.GetInt64(7)), (EffectiveTimeSource)reader.GetInt16(8)));
        }

        return new()
        {
            StoreVersion = version, StoreHash = hash, StoreChecksum = checksum, StoreLatestEffectiveTime = new(latest), NowMs = nowMs, TimeZone = zone, DayCutOffMinutes = cutOff,
            Stream = stream.Stream, AppliedThrough = stream.Applied, AppliedChain = stream.Chain, LastEffectiveTime = new(lastTime), Originals = found,
        };
    }

    /// <summary>Where the device, or one whose ledger it took over, was ever assigned.</summary>
    public async Task<AssignedStores> ReadAssignmentsAsync(DeviceId device)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(SessionStore.ReadAssignmentsSql, Parameter(device.Value));
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        return await SessionStore.ReadAssignmentsAsync(reader, device, version: 0);
    }

    /// <summary>What is stored of a register.</summary>
    public Task<RegisterFold> ReadRegisterAsync(RegisterKey key) => RegisterTables.ReadAsync(connection, store, [key]);

    /// <summary>The stock rows of the products; those without one are left out.</summary>
    public async Task<Dictionary<ProductCode, ProductStock>> ReadStockAsync(IEnumerable<ProductCode> products)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(ReadStockSql, Parameter(store.Value), Parameter(products.Select(product => product.Value).Distinct().ToArray()));
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        var stock = new Dictionary<ProductCode, ProductStock>();
        while (await reader.ReadAsync()) stock[ProductCode.Parse(reader.GetString(0))] = new(reader.GetInt64(1), reader.GetInt64(2), await IngestTransaction.CountedAsync(reader, 3));
        return stock;
    }

    /// <summary>Writes the entries, what they settle, their effects and heads, and commits, in one round trip.</summary>
    /// <param name="along">What else commits with them, or not at all.</param>
    public async Task WriteAndCommitAsync(CloudStanding standing, CloudEntryMerge merge, Action<NpgsqlBatch>? along)
    {
        var entries = merge.Entries;
        await using var batch = new NpgsqlBatch(connection);
        if (entries.Count > 0)
        {
            batch.Add(
                InsertJournalSql, Parameter(store.Value), Parameter(merge.Stream.Value), Parameter(standing.NowMs), Column(entries, each => each.Encoded.Id.Value),
                Column(entries, each => each.Sequence), Column(entries, each => (short)each.Entry.Kind), Column(entries, each => (short)each.Entry.Header.SchemaVersion),
                Column(entries, each => each.Encoded.Bytes.ToArray()), Column(entries, each => each.Encoded.Hash.ToByteArray()), Column(entries, each => each.Version),
                Column(entries, each => each.EffectiveTime.At.Packed), Column(entries, each => (short)each.EffectiveTime.Source), Column(entries, each => each.Entry.Header.BusinessDate), Column(entries, each => each.PolicyVersion));
            var settling = entries.Where(each => each.Settles is not null).ToList();
            if (settling.Count > 0)
            {
                batch.Add(
                    SettleOriginalsSql, Parameter(store.Value), Column(settling, each => each.Settles!.Value.Value), Column(settling, each => each.Encoded.Id.Value),
                    Column(settling, each => each.Version), Column(settling, each => (short)each.Settlement!.Value));
                batch.Add(InsertClosesSql, Parameter(store.Value), Column(settling, each => each.Settles!.Value.Value), Parameter((short)EntryKind.BusinessDayClosed));
            }

            var effects = merge.Effects;
            batch.Add(
                InsertEffectsSql, Parameter(store.Value), Column(effects, row => row.Version), Column(effects, row => row.Ordinal), Column(effects, row => row.Entry.Value),
                Column(effects, row => row.Product?.Value), Column(effects, row => row.Delta), Column(effects, row => row.OnHand),
                Column(effects, row => row.PreviousVersion));
            var moved = merge.Fold.Stock.Where(product => product.Value.Version > standing.StoreVersion).OrderBy(product => product.Key).ToList();
            if (moved.Count > 0)
            {
                batch.Add(
                    UpsertStockSql, Parameter(store.Value), Column(moved, product => product.Key.Value), Column(moved, product => product.Value.OnHand),
                    Column(moved, product => product.Value.Version));
            }

            var (closed, raised) = ExceptionRules.OfEffects(effects);
            batch.AddExceptions(store, new(0), standing.NowMs, closed, raised);
            var hash = standing.StoreHash.Append(entries.Select(each => each.Encoded.Id)).ToByteArray();
            var checksum = merge.Fold.Checksum.ToByteArray();
            var latest = Math.Max(standing.StoreLatestEffectiveTime.Packed, entries.Max(each => each.EffectiveTime.At.Packed));
            batch.Add(AdvanceHeadSql, Parameter(store.Value), Parameter(merge.Fold.Version), Parameter(hash), Parameter(checksum), Parameter(latest));
            batch.Add(
                InsertCommitSql, Parameter(store.Value), Parameter(merge.Fold.Version), Parameter(hash), Parameter(effects.Count), Parameter(standing.NowMs), Parameter(checksum), Parameter(latest));
            batch.Add(
                AdvanceStreamSql, Parameter(store.Value), Parameter(merge.Stream.Value), Parameter(incarnation.Value), Parameter(merge.AppliedThrough),
                Parameter(merge.Chain.ToByteArray()), Parameter(merge.LastEffectiveTime.Packed), Parameter(standing.NowMs));
        }

        along?.Invoke(batch);
        batch.Add(CommitSql);
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        open = false;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (open && connection.State == ConnectionState.Open)
            {
                await using var batch = new NpgsqlBatch(connection);
                batch.Add(RollbackSql);
                open = false;
                await batch.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and its transaction with it: what sent us here is already on its way up.
        }

        await connection.DisposeAsync();
    }
}
