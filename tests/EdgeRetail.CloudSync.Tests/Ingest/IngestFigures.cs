using System.Diagnostics;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Tests.Ingest;

/// <summary>
/// Figures, not verdicts: run by hand with <c>dotnet test -c Release --filter FullyQualifiedName~IngestFigures</c> on a quiet
/// machine, and compare them with each other only.
/// </summary>
[Explicit("Prints figures; passes or fails nothing.")]
public sealed class IngestFigures
{
    const int Products = 2_000;

    [Test]
    public async Task Batches_straight_into_ingest([Values(1, 100, 500, 1000, 2000)] int batchEntries)
    {
        await using var shop = await TestShop.OpenAsync(1);
        var device = await shop.AddDeviceAsync(1);
        var count = batchEntries == 1 ? 6_000 : 100_000;
        var (ingest, database) = Ingest(shop);
        await using var _ = database;
        device.SessionToken = new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, device.Stream);
        Fill(device, count);
        var batches = Batches(device, count, batchEntries);
        var assigned = new AssignedStores(1, new Dictionary<int, StoreId> { [1] = device.Store });

        var examined = new List<BatchPart>();
        var watch = Stopwatch.StartNew();
        foreach (var batch in batches) examined.AddRange(((BatchExamination.Examined)BatchExaminer.Examine(batch, device.Device, assigned)).Parts);
        var examination = watch.Elapsed;

        // The first batches warm statements and code up.
        foreach (var part in examined.Take(batchEntries == 1 ? 2_000 : 5)) await ingest.IngestAsync(device.Device, assigned, part, CancellationToken.None);
        examined.RemoveRange(0, batchEntries == 1 ? 2_000 : 5);
        count = examined.Sum(part => part.Entries.Count);
        var latencies = new List<double>();
        var before = await CpuAsync();
        watch.Restart();
        foreach (var part in examined)
        {
            var start = Stopwatch.GetTimestamp();
            Assert.That(await ingest.IngestAsync(device.Device, assigned, part, CancellationToken.None), Is.InstanceOf<BatchOutcome.Accepted>());
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        await ReportAsync($"ingest, batches of {batchEntries}", count, watch.Elapsed, before, $"examination {examination.TotalSeconds:0.00} s, {Percentiles(latencies)}");
    }

    [Test]
    public async Task The_floor_of_the_same_rows_through_copy([Values(500, 2000)] int batchEntries)
    {
        await using var shop = await TestShop.OpenAsync(1);
        var device = await shop.AddDeviceAsync(1);
        const int Count = 100_000;
        Fill(device, Count);
        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync();
        var before = await CpuAsync();
        var watch = Stopwatch.StartNew();
        for (var first = 0; first < Count; first += batchEntries)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var journal = await connection.BeginBinaryImportAsync("COPY journal (store_id, device_id, stream_id, received_at_ms, entry_id, sequence, kind, schema_version, bytes, hash, received_at_version, merged_at_version, effective_time, effective_time_source, business_date) FROM STDIN (FORMAT binary)"))
            {
                for (var i = first; i < first + batchEntries; i++)
                {
                    var entry = device.Entries[i];
                    await journal.StartRowAsync();
                    await journal.WriteAsync(1, NpgsqlDbType.Integer);
                    await journal.WriteAsync(device.Device.Value, NpgsqlDbType.Integer);
                    await journal.WriteAsync(device.Stream.Value, NpgsqlDbType.Uuid);
                    await journal.WriteAsync(1L, NpgsqlDbType.Bigint);
                    await journal.WriteAsync(entry.Id.Value, NpgsqlDbType.Uuid);
                    await journal.WriteAsync((long)i, NpgsqlDbType.Bigint);
                    await journal.WriteAsync((short)20, NpgsqlDbType.Smallint);
                    await journal.WriteAsync((short)1, NpgsqlDbType.Smallint);
                    await journal.WriteAsync(entry.Bytes, NpgsqlDbType.Bytea);
                    await journal.WriteAsync(entry.Hash.ToByteArray(), NpgsqlDbType.Bytea);
                    await journal.WriteAsync((long)i + 1, NpgsqlDbType.Bigint);
                    await journal.WriteAsync((long)i + 1, NpgsqlDbType.Bigint);
                    await journal.WriteAsync(1L, NpgsqlDbType.Bigint);
                    await journal.WriteAsync((short)1, NpgsqlDbType.Smallint);
                    await journal.WriteAsync(new DateOnly(2026, 1, 1), NpgsqlDbType.Date);
                }

                await journal.CompleteAsync();
            }

            await using (var effects = await connection.BeginBinaryImportAsync("COPY effect (store_id, version, ordinal, entry_id, product, delta, on_hand) FROM STDIN (FORMAT binary)"))
            {
                for (var i = first; i < first + batchEntries; i++)
                {
                    await effects.StartRowAsync();
                    await effects.WriteAsync(1, NpgsqlDbType.Integer);
                    await effects.WriteAsync((long)i + 1, NpgsqlDbType.Bigint);
                    await effects.WriteAsync((short)0, NpgsqlDbType.Smallint);
                    await effects.WriteAsync(device.Entries[i].Id.Value, NpgsqlDbType.Uuid);
                    await effects.WriteAsync(Product(i), NpgsqlDbType.Text);
                    await effects.WriteAsync(-1000L, NpgsqlDbType.Bigint);
                    await effects.WriteAsync(-1000L, NpgsqlDbType.Bigint);
                }

                await effects.CompleteAsync();
            }

            var products = Enumerable.Range(first, batchEntries).Select(Product).Distinct().Order(StringComparer.Ordinal).ToArray();
            await using (var stock = new NpgsqlCommand("INSERT INTO stock (store_id, product, on_hand, version) SELECT 1, p, $2, $2 FROM unnest($1) p ON CONFLICT (store_id, product) DO UPDATE SET on_hand = excluded.on_hand, version = excluded.version", connection))
            {
                stock.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = products });
                stock.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
                await stock.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }

        await ReportAsync($"floor: COPY journal and effects, upsert stock, batches of {batchEntries}", Count, watch.Elapsed, before, "");
    }

    [Test]
    public async Task A_hundred_thousand_sales_over_grpc([Values(2000)] int batchEntries)
    {
        await using var shop = await TestShop.OpenAsync(1);
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString);
        for (var round = 0; round < 3; round++)
        {
            var device = await shop.AddDeviceAsync(1);
            const int Count = 100_000;
            Fill(device, Count);
            var (call, _) = await TestCall.BeginAsync(replica, device, device.Hello(await shop.ScalarAsync<long>("select version from store_head"), await shop.ScalarAsync<byte[]>("select hash from store_head")));
            await using var __ = call;
            var batches = Batches(device, Count, batchEntries);
            var credit = new SemaphoreSlim(2);
            var before = await CpuAsync();
            var watch = Stopwatch.StartNew();
            var acknowledged = 0UL;
            var receiving = Task.Run(async () =>
            {
                while (acknowledged < Count)
                {
                    if ((await call.NextAnswerAsync()).Ack is not { } ack) continue;
                    acknowledged = ack.AppliedThrough;
                    credit.Release();
                }
            });
            foreach (var batch in batches)
            {
                await credit.WaitAsync();
                await call.SendAsync(batch);
            }

            await receiving;
            await ReportAsync($"gRPC, batches of {batchEntries}, round {round + 1}", Count, watch.Elapsed, before, $"rows down meanwhile {call.Pages.Sum(page => page.Effects.Count)}");
        }
    }

    [Test]
    public async Task Pages_of_a_hundred_thousand_effects()
    {
        await using var shop = await TestShop.OpenAsync(1);
        var device = await shop.AddDeviceAsync(1);
        const int Count = 100_000;
        var (ingest, database) = Ingest(shop);
        await using var _ = database;
        device.SessionToken = new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, device.Stream);
        Fill(device, Count);
        var assigned = new AssignedStores(1, new Dictionary<int, StoreId> { [1] = device.Store });
        foreach (var batch in Batches(device, Count, 500))
            await ingest.IngestAsync(device.Device, assigned, ((BatchExamination.Examined)BatchExaminer.Examine(batch, device.Device, assigned)).Parts[0], CancellationToken.None);

        var reader = new StoreFeedReader(database);
        for (var round = 0; round < 3; round++)
        {
            var (cursor, rows) = (ReadCursor.Start, 0);
            var before = await CpuAsync();
            var watch = Stopwatch.StartNew();
            while (await reader.ReadAsync(new(1), cursor, device.Stream, CancellationToken.None) is FeedPage.Read { AtHead: false } read)
            {
                cursor = ReadCursor.After(read.Page);
                rows += read.Page.Effects.Count;
            }

            await ReportAsync("feed, pages from the beginning", rows, watch.Elapsed, before, "");
            if (await reader.ReadAsync(new(1), cursor, device.Stream, CancellationToken.None) is FeedPage.Read last) cursor = ReadCursor.After(last.Page);
            before = await CpuAsync();
            watch.Restart();
            for (var i = 0; i < 1_000; i++) await reader.ReadAsync(new(1), cursor, device.Stream, CancellationToken.None);
            await ReportAsync("feed, empty pages at the head", 1_000, watch.Elapsed, before, "");
        }
    }

    [Test]
    public async Task One_sale_at_a_time_over_grpc()
    {
        await using var shop = await TestShop.OpenAsync(1);
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString);
        var device = await shop.AddDeviceAsync(1);
        const int Count = 3_000;
        Fill(device, Count);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var latencies = new List<double>();
        for (var i = 1; i <= Count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await call.PushAsync(device.Batch(i, i));
            if (i > 500) latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        TestContext.Progress.WriteLine($"one sale to its acknowledgement over gRPC: {Percentiles(latencies)}");
    }

    static (BatchIngest Ingest, CloudDatabase Database) Ingest(TestShop shop)
    {
        var database = new CloudDatabase(shop.ConnectionString, 2);
        return (new(database, new SessionTokens(TestReplica.Keys), new MergeAdmission(2, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance), database);
    }

    static void Fill(TestDevice device, int count)
    {
        for (var i = 0; i < count; i++) device.Sell(Product(i));
    }

    static string Product(int i) => $"P{(uint)(i * 2654435761u) % Products:D5}";

    static List<Batch> Batches(TestDevice device, int count, int batchEntries) =>
        [.. Enumerable.Range(0, count / batchEntries).Select(i => device.Batch((i * (long)batchEntries) + 1, (i + 1) * (long)batchEntries))];

    static string Percentiles(List<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return $"p50 {sorted[sorted.Count / 2]:0.00} ms, p99 {sorted[sorted.Count * 99 / 100]:0.00} ms";
    }

    /// <summary>CPU seconds of this process and of PostgreSQL: on a machine that others use they say more than the clock.</summary>
    static async Task<(double Own, double Server)> CpuAsync() =>
        (Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, ProcessUse.CpuSecondsOfTree(await Databases.ServerPidAsync()) ?? 0);

    static async Task ReportAsync(string what, int rows, TimeSpan elapsed, (double Own, double Server) before, string more)
    {
        var after = await CpuAsync();
        TestContext.Progress.WriteLine($"{what}: {rows} in {elapsed.TotalSeconds:0.00} s = {rows / elapsed.TotalSeconds:0} /s, CPU {after.Own - before.Own:0.00} s here, {after.Server - before.Server:0.00} s in PostgreSQL  {more}");
    }
}
