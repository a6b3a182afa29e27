using System.Data;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Identifiers;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>Replaces a store's effects, stock, feed hashes and head by what its journal makes of them.</summary>
sealed class ReadModels(NpgsqlDataSource database, TimeProvider clock)
{
    const string LockHeadSql = "select version from store_head where store_id = @storeId for update";

    const string DeleteSql = "delete from effect where store_id = @storeId; delete from stock where store_id = @storeId; delete from edit_conflict where store_id = @storeId; delete from product_register where store_id = @storeId; delete from product_edit where store_id = @storeId";

    const string CopyEffectsSql = "copy effect (store_id, version, ordinal, entry_id, product, delta, on_hand, previous_version) from stdin (format binary)";

    const string CopyStockSql = "copy stock (store_id, product, on_hand, version, counted_at, counted_device_id, counted_entry_id) from stdin (format binary)";

    const string CommitBoundariesSql = "select version from store_commit where store_id = @storeId order by version";

    const string WriteCommitSql = """
        insert into store_commit (store_id, version, hash, effect_count, committed_at_ms, device_id, checksum, latest_effective_time)
        values (@storeId, @version, @hash, @effects, @at, 0, @checksum, @latest)
        on conflict (store_id, version) do update set hash = excluded.hash, effect_count = excluded.effect_count, checksum = excluded.checksum,
            latest_effective_time = excluded.latest_effective_time
        """;

    const string DeleteCommitsSql = "delete from store_commit where store_id = @storeId and not (version = any(@kept))";

    const string WriteHeadSql = "update store_head set version = @version, hash = @hash, checksum = @checksum, latest_effective_time = @latest where store_id = @storeId";

    /// <summary>
    /// One transaction under the store head's lock: devices wait, and see either the old read models or the new ones. Commits keep
    /// the boundaries that they had, so that cursors which were right stay right.
    /// </summary>
    public async Task RebuildAsync(int storeId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await ExecuteAsync(connection, LockHeadSql, storeId, cancellationToken);
        await ExecuteAsync(connection, DeleteSql, storeId, cancellationToken);

        // Under the lock nobody else writes this store's journal: a snapshot taken now is all of it.
        await using var snapshot = await Snapshot.TakeAsync(database, cancellationToken);
        var rebuild = new StoreRebuild(storeId, await RegisterTables.ReadPoliciesAsync(snapshot.Connection, cancellationToken), new());
        await foreach (var (instant, bytes) in StoreTables.CountsAsync(snapshot.Connection, storeId, cancellationToken)) rebuild.Expect(instant, bytes);
        var commits = await CopyEffectsAsync(connection, snapshot, storeId, rebuild, cancellationToken);
        await CopyStockAsync(connection, storeId, rebuild.Stock, cancellationToken);
        await WriteRegistersAsync(connection, new(storeId), rebuild.Registers, cancellationToken);
        await WriteFeedAsync(connection, storeId, commits, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    static async Task<List<StoredCommit>> CopyEffectsAsync(NpgsqlConnection connection, Snapshot snapshot, int storeId, StoreRebuild rebuild, CancellationToken cancellationToken)
    {
        var boundaries = new HashSet<long>();
        await using (var command = new NpgsqlCommand(CommitBoundariesSql, snapshot.Connection))
        {
            command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) boundaries.Add(reader.GetInt64(0));
        }

        var commits = new List<StoredCommit>();
        var entries = new List<EntryId>();
        var (hash, effectCount) = (FeedHash.Start, 0);
        await using var copy = await connection.BeginBinaryImportAsync(CopyEffectsSql, cancellationToken);
        await foreach (var step in StoreTables.StepsAsync(snapshot.Connection, storeId, cancellationToken))
        {
            foreach (var effect in rebuild.Take(step))
            {
                effectCount++;
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(storeId, cancellationToken);
                await copy.WriteAsync(effect.Version, cancellationToken);
                await copy.WriteAsync(effect.Ordinal, cancellationToken);
                await copy.WriteAsync(effect.Entry.Value, cancellationToken);
                if (effect.Product is { } product) await copy.WriteAsync(product.Value, cancellationToken);
                else await copy.WriteNullAsync(cancellationToken);
                await copy.WriteAsync(effect.Delta, cancellationToken);
                if (effect.OnHand is { } onHand) await copy.WriteAsync(onHand, cancellationToken);
                else await copy.WriteNullAsync(cancellationToken);
                if (effect.PreviousVersion is { } previous) await copy.WriteAsync(previous, cancellationToken);
                else await copy.WriteNullAsync(cancellationToken);
            }

            entries.Add(new(step.EntryId));
            if (boundaries.Contains(step.Version)) Commit(step.Version);
        }

        await copy.CompleteAsync(cancellationToken);
        if (entries.Count > 0) Commit(rebuild.Version);
        return commits;

        void Commit(long version)
        {
            hash = hash.Append(entries);
            commits.Add(new(version, hash.ToByteArray(), effectCount, rebuild.Checksum.ToByteArray(), rebuild.LatestEffectiveTime));
            entries.Clear();
            effectCount = 0;
        }
    }

    static async Task CopyStockAsync(NpgsqlConnection connection, int storeId, IReadOnlyDictionary<ProductCode, ProductStock> stock, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(CopyStockSql, cancellationToken);
        foreach (var (product, figures) in stock.OrderBy(pair => pair.Key))
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(storeId, cancellationToken);
            await copy.WriteAsync(product.Value, cancellationToken);
            await copy.WriteAsync(figures.OnHand, cancellationToken);
            await copy.WriteAsync(figures.Version, cancellationToken);
            if (figures.Counted is { } counted)
            {
                await copy.WriteAsync(counted.At.Packed, cancellationToken);
                await copy.WriteAsync(counted.Device.Value, cancellationToken);
                await copy.WriteAsync(counted.Entry.Value, cancellationToken);
            }
            else
            {
                for (var column = 0; column < 3; column++) await copy.WriteNullAsync(cancellationToken);
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }

    static async Task WriteRegistersAsync(NpgsqlConnection connection, StoreId store, RegisterFold registers, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        RegisterTables.AddWrites(batch, store, registers, 0);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task WriteFeedAsync(NpgsqlConnection connection, int storeId, List<StoredCommit> commits, CancellationToken cancellationToken)
    {
        var last = commits.Count == 0 ? new StoredCommit(0, FeedHash.Start.ToByteArray(), 0, StockChecksum.Empty.ToByteArray(), 0) : commits[^1];
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(DeleteCommitsSql)
        {
            Parameters =
            {
                new NpgsqlParameter<int>("storeId", storeId),
                new NpgsqlParameter("kept", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = commits.Select(commit => commit.Version).ToArray() },
            },
        });
        foreach (var commit in commits)
        {
            batch.BatchCommands.Add(new(WriteCommitSql)
            {
                Parameters =
                {
                    new NpgsqlParameter<int>("storeId", storeId),
                    new NpgsqlParameter<long>("version", commit.Version),
                    new NpgsqlParameter<byte[]>("hash", commit.Hash),
                    new NpgsqlParameter<int>("effects", commit.EffectCount),
                    new NpgsqlParameter<long>("at", clock.GetUtcNow().ToUnixTimeMilliseconds()),
                    new NpgsqlParameter<byte[]>("checksum", commit.Checksum),
                    new NpgsqlParameter<long>("latest", commit.LatestEffectiveTime),
                },
            });
        }

        batch.BatchCommands.Add(new(WriteHeadSql)
        {
            Parameters =
            {
                new NpgsqlParameter<int>("storeId", storeId),
                new NpgsqlParameter<long>("version", last.Version),
                new NpgsqlParameter<byte[]>("hash", last.Hash),
                new NpgsqlParameter<byte[]>("checksum", last.Checksum),
                new NpgsqlParameter<long>("latest", last.LatestEffectiveTime),
            },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, int storeId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<int>("storeId", storeId));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
