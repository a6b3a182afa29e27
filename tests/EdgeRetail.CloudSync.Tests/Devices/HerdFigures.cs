using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Devices;

/// <summary>
/// Figures of a region that comes back all at once: run by hand with <c>dotnet test -c Release --filter FullyQualifiedName~HerdFigures</c>.
/// Devices and replica share this process, so its memory is both of theirs.
/// </summary>
[Explicit("Takes minutes, and the machine to itself.")]
public sealed class HerdFigures
{
    const int DevicesPerStore = 20;
    const int EntriesPerDevice = 10;

    /// <summary>The slowest may take so many times the median.</summary>
    const int StarvedBeyond = 10;

    const long BytesPerDeviceMax = 256 << 10;

    [Test]
    public async Task A_herd_reconnects_to_one_replica([Values(1_000, 10_000)] int herd)
    {
        await using var shop = await TestShop.OpenAsync();
        var devices = await EnrolAsync(shop, herd + 1);
        foreach (var device in devices)
        {
            for (var i = 0; i < EntriesPerDevice; i++) device.Sell($"P{i}");
        }

        await using var replica = await TestReplica.StartAsync(shop.ConnectionString);
        using var channel = GrpcChannel.ForAddress(replica.Address, new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        var healthy = devices[^1];
        using var stop = new CancellationTokenSource();
        var healthyTimes = new ConcurrentQueue<double>();
        var (quiet, selling) = (0, SellAsync(replica, healthy, healthyTimes, stop.Token));
        await Eventually.IsTrue(() => healthyTimes.Count >= 50, "the healthy device sells");
        quiet = healthyTimes.Count;

        var memoryBefore = Process.GetCurrentProcess().WorkingSet64;
        var refusals = 0;
        var took = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        var open = new ConcurrentBag<AsyncDuplexStreamingCall<DeviceMessage, CloudMessage>>();
        var running = devices.Take(herd).Select(device => Task.Run(async () =>
        {
            open.Add(await DrainAsync(channel, device, () => Interlocked.Increment(ref refusals)));
            took.Add(watch.Elapsed.TotalSeconds);
        })).ToList();
        var peak = 0L;
        while (running.Exists(task => !task.IsCompleted))
        {
            peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64);
            await Task.WhenAny(Task.WhenAll(running), Task.Delay(500));
        }

        await Task.WhenAll(running);
        var drained = watch.Elapsed;
        await stop.CancelAsync();
        await selling;
        var times = took.Order().ToList();
        var (before, during) = (healthyTimes.Take(quiet).Order().ToList(), healthyTimes.Skip(quiet).Order().ToList());
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {herd:N0} devices, {EntriesPerDevice} entries each: drained in {drained.TotalSeconds:0.0} s; median {times[herd / 2]:0.0} s, worst {times[^1]:0.0} s, worst/median {times[^1] / times[herd / 2]:0.00}
            sent away {refusals:N0} times; working set {memoryBefore >> 20} MB before, {peak >> 20} MB at its peak, with both sides in it
            a device that was connected: p50 {before[before.Count / 2]:0.0} p99 {before[before.Count * 99 / 100]:0.0} ms before, p50 {during[during.Count / 2]:0.0} p99 {during[during.Count * 99 / 100]:0.0} ms meanwhile ({during.Count} sales)
            """));
        Assert.That(await shop.ScalarAsync<long>($"select count(*) from journal where device_id <= {herd}"), Is.EqualTo((long)herd * EntriesPerDevice));
        Assert.That(times[^1], Is.LessThan(StarvedBeyond * times[herd / 2]), "none is starved");
        Assert.That((peak - memoryBefore) / herd, Is.LessThan(BytesPerDeviceMax), "bytes a device, of both sides");
        foreach (var call in open) call.Dispose();
    }

    /// <summary>Until everything is acknowledged, coming back when it is told to; the call stays up, as devices' calls do.</summary>
    static async Task<AsyncDuplexStreamingCall<DeviceMessage, CloudMessage>> DrainAsync(GrpcChannel channel, TestDevice device, Action refused)
    {
        while (true)
        {
            var call = new DeviceSync.DeviceSyncClient(channel).Sync(new Metadata { { "authorization", $"Bearer {device.Token}" } });
            try
            {
                await TestCall.WriteAsync(call, new() { Hello = device.Hello() });
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                    var message = call.ResponseStream.Current;
                    switch (message.MessageCase)
                    {
                        case CloudMessage.MessageOneofCase.Welcome:
                            device.SessionToken = message.Welcome.Token.ToByteArray();
                            await TestCall.WriteAsync(call, new() { Resume = new() { FromSequence = message.Welcome.AppliedThrough + 1 } });
                            await TestCall.WriteAsync(call, new() { Batch = device.Batch((long)message.Welcome.AppliedThrough + 1, device.LastSequence) });
                            break;
                        case CloudMessage.MessageOneofCase.Ack when message.Ack.AppliedThrough == (ulong)device.LastSequence: return call;
                        case CloudMessage.MessageOneofCase.Refusal:
                            refused();
                            await Task.Delay(TimeSpan.FromMilliseconds(message.Refusal.RetryAfterMs));
                            await TestCall.WriteAsync(call, new() { Resume = new() { FromSequence = 1 } });
                            await TestCall.WriteAsync(call, new() { Batch = device.Batch(1, device.LastSequence) });
                            break;
                    }
                }
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.ResourceExhausted or StatusCode.Unavailable)
            {
                refused();
                call.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(double.Parse(e.Trailers.GetValue("edgeretail-retry-after-ms") ?? "1000", CultureInfo.InvariantCulture)));
                continue;
            }

            call.Dispose();
        }
    }

    static async Task SellAsync(TestReplica replica, TestDevice device, ConcurrentQueue<double> times, CancellationToken stop)
    {
        var (call, welcome) = await TestCall.BeginAsync(replica, device);
        await using var _ = call;
        await call.PushAsync(device.Batch((long)welcome.AppliedThrough + 1, device.LastSequence));
        while (!stop.IsCancellationRequested)
        {
            device.Sell();
            var start = Stopwatch.GetTimestamp();
            await call.PushAsync(device.Batch(device.LastSequence, device.LastSequence));
            times.Enqueue(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await Task.Delay(20, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>As <c>store add</c> and <c>device add</c> leave them, ten thousand in one statement each.</summary>
    static async Task<List<TestDevice>> EnrolAsync(TestShop shop, int count)
    {
        var stores = ((count - 1) / DevicesPerStore) + 1;
        await using (var context = shop.Context()) await new StoreRegistry(context, TimeProvider.System).AddAsync(new(1, "Store", "EUR", "Europe/Berlin", 240), CancellationToken.None);

        var devices = new List<TestDevice>(count);
        var (ids, tokens, streams, chains) = (new int[count], new byte[count][], new Guid[count], new byte[count][]);
        for (var i = 0; i < count; i++)
        {
            var stream = new StreamId(new Guid(RandomNumberGenerator.GetBytes(16)));
            var token = $"erd_{i}";
            devices.Add(new(new(i + 1), token, stream, new(((i / DevicesPerStore) % stores) + 1)));
            (ids[i], tokens[i], streams[i], chains[i]) = (i + 1, DeviceRegistry.TokenHash(token), stream.Value, ChainHash.Start(stream).ToByteArray());
        }

        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync();
        foreach (var table in (string[])["store", "store_head"])
        {
            await using var columns = new NpgsqlCommand($"select string_agg(column_name, ', ') from information_schema.columns where table_name = '{table}' and column_name <> 'store_id'", connection);
            var rest = (string)(await columns.ExecuteScalarAsync())!;
            await using var copy = new NpgsqlCommand($"insert into {table} (store_id, {rest}) select number, {rest} from {table}, generate_series(2, {stores}) number where store_id = 1", connection);
            await copy.ExecuteNonQueryAsync();
        }

        await using var insert = new NpgsqlCommand(
            $"""
            insert into device (device_id, device_code, store_id, assignment_version, state, token_hash, session_number, last_used_session, stream_id, receipt_series, last_effective_time, created_at_ms)
            select id, 'T' || id, (id - 1) / {DevicesPerStore} % {stores} + 1, 1, 'active', token, 0, 0, stream, 1, 0, 0 from unnest(@ids, @tokens, @streams) as n (id, token, stream);
            insert into device_assignment (device_id, assignment_version, store_id, assigned_at_ms) select device_id, 1, store_id, 0 from device;
            insert into stream (stream_id, device_id, applied_through, applied_chain, opened_at_ms, durable_through, opened_because)
            select stream, id, 0, chain, 0, 0, 'ENROLLED' from unnest(@ids, @streams, @chains) as n (id, stream, chain);
            analyze;
            """,
            connection);
        insert.Parameters.AddWithValue("ids", ids);
        insert.Parameters.AddWithValue("tokens", tokens);
        insert.Parameters.AddWithValue("streams", streams);
        insert.Parameters.AddWithValue("chains", chains);
        await insert.ExecuteNonQueryAsync();
        return devices;
    }
}
