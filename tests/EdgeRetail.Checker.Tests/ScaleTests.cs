using System.Diagnostics;
using EdgeRetail.Checker.Reporting;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.TestKit;
using Npgsql;
using NpgsqlTypes;

namespace EdgeRetail.Checker.Tests;

/// <summary>Run by name: makes a million sales of four devices in one store, which takes minutes, and checks them.</summary>
[Explicit("makes a million rows")]
sealed class ScaleTests
{
    const int Devices = 4;
    const int SalesOfOne = 250_000;

    [Test]
    public async Task A_million_sales_are_checked_within_bounds()
    {
        await using var postgres = await TestPostgres.StartAsync();
        using var folder = new TemporaryDirectory();
        var database = await postgres.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await RunAsync(connection, HandMadeSchema.Cloud);
        var devices = Enumerable.Range(1, Devices).Select(number => new HandMadeDevice(number, $"T{number}", 1, folder[$"t{number}"])).ToList();
        await FillAsync(connection, devices);

        var before = ProcessUse.Of(Environment.ProcessId)!.ResidentBytes;
        var watch = Stopwatch.StartNew();
        var report = await Check.RunAsync(new([.. devices.Select(device => device.Directory)], database) { Quiescent = true });
        var use = ProcessUse.Of(Environment.ProcessId)!;
        var text = new StringWriter();
        ReportTable.Write(report, text);
        await TestContext.Progress.WriteLineAsync($"{report.Figures.EntriesInJournal:N0} rows in {watch.Elapsed.TotalSeconds:0.0} s; resident {before / 1e6:0} MB before, {use.ResidentBytes / 1e6:0} MB after");
        Assert.That(report.Holds, text.ToString());
        Assert.That(report.Figures.EntriesInJournal, Is.EqualTo(Devices * SalesOfOne));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(3)));
    }

    static async Task FillAsync(NpgsqlConnection connection, List<HandMadeDevice> devices)
    {
        var (version, hash, stock) = (0L, default(FeedHash), new Dictionary<string, (long OnHand, long Version)>(StringComparer.Ordinal));
        foreach (var device in devices)
        {
            for (var i = 0; i < SalesOfOne; i++) device.Sell(($"P-{i % 5000}", 1 + (i % 3), 100 * (1 + (i % 3))));
            var began = version;
            await using (var journal = await connection.BeginBinaryImportAsync("COPY journal(store_id, entry_id, device_id, stream_id, sequence, kind, schema_version, bytes, hash, received_at_ms, received_at_version, merged_at_version, effective_time, effective_time_source) FROM STDIN (FORMAT BINARY)"))
            {
                for (var i = 0; i < SalesOfOne; i++)
                {
                    var (encoded, entry) = device.Entries[i];
                    await journal.StartRowAsync();
                    await journal.WriteAsync(1, NpgsqlDbType.Integer);
                    await journal.WriteAsync(encoded.Id.Value, NpgsqlDbType.Uuid);
                    await journal.WriteAsync(device.DeviceId, NpgsqlDbType.Integer);
                    await journal.WriteAsync(device.Stream.Value, NpgsqlDbType.Uuid);
                    await journal.WriteAsync(i + 1L, NpgsqlDbType.Bigint);
                    await journal.WriteAsync((short)entry.Kind, NpgsqlDbType.Smallint);
                    await journal.WriteAsync((short)1, NpgsqlDbType.Smallint);
                    await journal.WriteAsync(encoded.Bytes.ToArray(), NpgsqlDbType.Bytea);
                    await journal.WriteAsync(encoded.Hash.ToByteArray(), NpgsqlDbType.Bytea);
                    await journal.WriteAsync(entry.Header.Hlc.Milliseconds, NpgsqlDbType.Bigint);
                    await journal.WriteAsync(began + i + 1, NpgsqlDbType.Bigint);
                    await journal.WriteAsync(began + i + 1, NpgsqlDbType.Bigint);
                    await journal.WriteAsync(entry.Header.Hlc.Packed, NpgsqlDbType.Bigint);
                    await journal.WriteAsync((short)1, NpgsqlDbType.Smallint);
                }

                await journal.CompleteAsync();
            }

            await using (var effects = await connection.BeginBinaryImportAsync("COPY effect(store_id, version, ordinal, entry_id, product, delta, on_hand) FROM STDIN (FORMAT BINARY)"))
            {
                foreach (var (encoded, entry) in device.Entries)
                {
                    version++;
                    var movement = StockMovements.Of(entry)[0];
                    var onHand = stock.GetValueOrDefault(movement.Product.Value).OnHand + movement.DeltaThousandths;
                    stock[movement.Product.Value] = (onHand, version);
                    await effects.StartRowAsync();
                    await effects.WriteAsync(1, NpgsqlDbType.Integer);
                    await effects.WriteAsync(version, NpgsqlDbType.Bigint);
                    await effects.WriteAsync((short)0, NpgsqlDbType.Smallint);
                    await effects.WriteAsync(encoded.Id.Value, NpgsqlDbType.Uuid);
                    await effects.WriteAsync(movement.Product.Value, NpgsqlDbType.Text);
                    await effects.WriteAsync(movement.DeltaThousandths, NpgsqlDbType.Bigint);
                    await effects.WriteAsync(onHand, NpgsqlDbType.Bigint);
                }

                await effects.CompleteAsync();
            }

            foreach (var batch in device.Entries.Chunk(2_000).Select((entries, index) => (Entries: entries, End: began + ((index + 1) * 2_000L))))
            {
                hash = hash.Append(batch.Entries.Select(entry => entry.Encoded.Id));
                await RunAsync(connection, $"INSERT INTO store_commit VALUES(1, {batch.End}, '\\x{hash}', {batch.Entries.Length}, 0, {device.DeviceId})");
            }

            await RunAsync(connection, $"""
                INSERT INTO stream VALUES('{device.Stream}', {device.DeviceId}, {SalesOfOne}, '\x{device.ChainAt(SalesOfOne)}', 0, null, null);
                INSERT INTO device VALUES({device.DeviceId}, '{device.Code}', 1, 1, 'active', null, 3, 3, '{device.Stream}', 1, {device.Entries[^1].Entry.Header.Hlc.Packed}, 0, null);
                INSERT INTO device_assignment VALUES({device.DeviceId}, 1, 1, 0)
                """);
        }

        await RunAsync(connection, $"INSERT INTO store_head VALUES(1, {version}, '\\x{hash}'); INSERT INTO catalogue_head VALUES(1, 0, '\\x{new string('0', 64)}')");
        foreach (var (product, (onHand, at)) in stock) await RunAsync(connection, $"INSERT INTO stock VALUES(1, '{product}', {onHand}, {at})");
        foreach (var device in devices) device.Save(hash, version, stock, new(0, new byte[32], []));
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
