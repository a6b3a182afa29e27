using System.Diagnostics;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace EdgeRetail.CloudSync.Benchmarks;

/// <summary>
/// How fast PostgreSQL takes the very statements of ingest, one batch after the other on one connection, when everything
/// before them (reading, sending, decoding, hashing, merging) is done and waits in memory.
/// </summary>
static class PostgresLimit
{
    const int BatchEntries = 2_000;

    public static async Task<double> MeasureAsync(string connectionString, string ledgerDirectory)
    {
        var entries = ReadEntries(ledgerDirectory);
        await using var database = new CloudDatabase(connectionString, concurrentMerges: 1);
        await using (var context = database.CreateContext()) await context.Database.MigrateAsync();

        var first = EdgeRetail.Contracts.Wire.EntryCodec.Decode(entries[0]) is EdgeRetail.Contracts.Wire.EntryDecoding.Decoded { Entry.Header: var header }
            ? header
            : throw new InvalidDataException("The ledger's first entry does not decode.");
        var stream = new StreamId(Guid.NewGuid());
        await AddDeviceAsync(database.Queries, first.Device, first.Store, stream);

        var prepared = Prepare(entries, first.Device, first.Store, first.AssignmentVersion, stream);
        var started = Stopwatch.GetTimestamp();
        foreach (var batch in prepared)
        {
            await using var transaction = await IngestTransaction.OpenAsync(database.Ingest, first.Device, first.Store, CancellationToken.None);
            var standing = await transaction.LockAndReadAsync(batch.Part.Entries) ?? throw new InvalidOperationException("The device is not there.");
            await transaction.WriteAndCommitAsync(standing, batch.Merge, batch.Merged, JudgedExceptions.None, batch.Part.LastSequence, batch.Part.ChainAt(batch.Part.LastSequence));
        }

        var took = Stopwatch.GetElapsedTime(started);
        await using var count = database.Queries.CreateCommand("SELECT count(*) FROM journal");
        return (long)(await count.ExecuteScalarAsync())! == entries.Count
            ? entries.Count / took.TotalSeconds
            : throw new InvalidOperationException("PostgreSQL does not hold what it was given.");
    }

    static List<PreparedBatch> Prepare(List<ReadOnlyMemory<byte>> entries, DeviceId device, StoreId store, int assignmentVersion, StreamId stream)
    {
        var assigned = new AssignedStores(assignmentVersion, new Dictionary<int, StoreId> { [assignmentVersion] = store });
        var chain = ChainHash.Start(stream);
        var stock = new Dictionary<ProductCode, ProductStock>();
        var checksum = StockChecksum.Empty;
        var version = 0L;
        var predecessor = default(EdgeRetail.Contracts.Clock.HybridTimestamp);
        var receivedAtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var prepared = new List<PreparedBatch>();
        for (var from = 0; from < entries.Count; from += BatchEntries)
        {
            var batch = new Batch { Stream = ByteString.CopyFrom(stream.ToByteArray()), Store = (uint)store.Value, FirstSequence = (ulong)from + 1, ChainBefore = ByteString.CopyFrom(chain.ToByteArray()) };
            foreach (var entry in entries.Skip(from).Take(BatchEntries)) batch.Entries.Add(UnsafeByteOperations.UnsafeWrap(entry));
            if (BatchExaminer.Examine(batch, device, assigned) is not BatchExamination.Examined { Parts: [var part] }) throw new InvalidOperationException("A batch is not what the device sends.");

            // Ingest starts each merge from the stock of the batch's products alone, so this does too.
            var products = part.Entries.SelectMany(entry => entry.Movements).Select(movement => movement.Product).ToHashSet();
            var merge = new StoreMerge(new StockFold(version, stock.Where(known => products.Contains(known.Key)), checksum), [], device, stream, predecessor, receivedAtMs);
            prepared.Add(new(part, merge, merge.Merge(part.Entries)));
            foreach (var (product, figure) in merge.Stock) stock[product] = figure;
            (version, checksum, predecessor, chain) = (merge.Version, merge.Checksum, merge.LastEffectiveTime, part.ChainAt(part.LastSequence));
        }

        return prepared;
    }

    static List<ReadOnlyMemory<byte>> ReadEntries(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT bytes FROM entry ORDER BY position";
        using var reader = command.ExecuteReader();
        var entries = new List<ReadOnlyMemory<byte>>();
        while (reader.Read()) entries.Add(reader.GetFieldValue<byte[]>(0));
        return entries;
    }

    static async Task AddDeviceAsync(NpgsqlDataSource source, DeviceId device, StoreId store, StreamId stream)
    {
        await using var batch = source.CreateBatch();
        Add($"INSERT INTO store (store_id, name, currency, time_zone, day_cut_off_minutes, settings_version, created_at_ms) VALUES ({store}, 'limit', 'EUR', 'UTC', 0, 1, 0)");
        Add($"INSERT INTO store_head (store_id, version, hash, checksum) VALUES ({store}, 0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 16), 'hex'))");
        Add($"INSERT INTO stream (stream_id, device_id, applied_through, applied_chain, opened_at_ms, durable_through, opened_because) SELECT '{stream}', {device}, 0, decode('{ChainHash.Start(stream)}', 'hex'), 0, 0, 'ENROLLED'");
        batch.BatchCommands.Insert(2, new($"INSERT INTO device (device_id, device_code, store_id, assignment_version, state, token_hash, session_number, last_used_session, stream_id, receipt_series, last_effective_time, created_at_ms) VALUES ({device}, 'LIMIT', {store}, 1, 'active', decode(repeat('00', 32), 'hex'), 0, 0, '{stream}', 1, 0, 0)"));
        await batch.ExecuteNonQueryAsync();

        void Add(string sql) => batch.BatchCommands.Add(new(sql));
    }

    sealed record PreparedBatch(BatchPart Part, StoreMerge Merge, MergedEntries Merged);
}
