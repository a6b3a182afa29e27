using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using EdgeRetail.EdgeAgent;
using EdgeRetail.TestKit;
using Microsoft.Data.Sqlite;

namespace EdgeRetail.Benchmarks;

/// <summary>
/// A device that was away for 90 days comes back: 50,000 sales to send, a catalogue of which every price has changed, and a stock
/// whose feed the cloud keeps no longer from where the device left it, so that it is read anew. It sells meanwhile, and has to
/// be whole at the end.
/// </summary>
sealed class AwayFigures(BenchmarkReport report, BenchCloud cloud, BenchCloud.Replica replica, TemporaryDirectory folder, Func<string, Task<double>> postgresLimit)
{
    const int Store = 7;
    const int Products = 20_000;
    const int Offline = 50_000;
    const int Before = 1;

    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan BetweenSales = TimeSpan.FromMilliseconds(20);

    public async Task MeasureAsync()
    {
        await cloud.AddStoreAsync(Store);
        await using var proxy = new TcpProxy(replica.Grpc.Port);
        await using var away = await EnrolledAsync("W1", new Uri(proxy.Address));
        await away.CommandAsync("sync");
        // One sale that came back: the device's cursor stands somewhere in the feed.
        await away.CommandAsync("sell", Shop.Code(1));
        await away.CommandAsync("sync");
        await LiveOnWithoutItAsync();
        SellOffline(away.Directory);
        var entries = LocalFigures.EntryRows(away.Directory).Select(row => row.Bytes).ToList();
        var limit = await postgresLimit(away.Directory);

        var (up, down) = (proxy.Bytes(LinkDirection.Up), proxy.Bytes(LinkDirection.Down));
        await away.RunAsync();
        var started = Stopwatch.GetTimestamp();
        using var stopping = new CancellationTokenSource();
        var sales = new Samples();
        var selling = SellAsync(away, sales, stopping.Token);
        await Poll.UntilAsync(async () => await AppliedAsync() >= Before + Offline, "the sales of 90 days are in PostgreSQL", TimeSpan.FromMinutes(8), Often);
        var sent = Stopwatch.GetElapsedTime(started);
        await Poll.UntilAsync(() => IsWholeAsync(away), "the device is up to date", TimeSpan.FromMinutes(8), Often);
        var whole = Stopwatch.GetElapsedTime(started);
        await stopping.CancelAsync();
        await selling;
        await Poll.UntilAsync(async () => await IsWholeAsync(away) && await OutboxAsync(away) == 0, "the last sale came back", pause: Often);

        report.Add(new("90 days away: 50,000 sales are in PostgreSQL", sent.TotalSeconds, "s", Offline / limit));
        report.Add(new("90 days away: catalogue and stock are read anew too", whole.TotalSeconds, "s"));
        report.Add(new("  bytes up, an entry", (proxy.Bytes(LinkDirection.Up) - up) / (double)(Offline + sales.Count), "bytes", Packed(entries) / (double)Offline));
        report.Add(new("  bytes down, in all", (proxy.Bytes(LinkDirection.Down) - down) / 1048576.0, "MB", Packed(await RowsAsync()) / 1048576.0));
        report.Add(new("  a sale meanwhile, request to receipt, p50", sales.Percentile(0.5), "ms"));
        report.Add(new("  a sale meanwhile, p99", sales.Percentile(0.99), "ms"));
        report.Add(new("  a sale meanwhile, the slowest", sales.Percentile(1), "ms"));
        await AssertWholeAsync(away, Before + Offline + sales.Count);
    }

    /// <summary>Another device fills the store, every price changes, and the feed's oldest part goes.</summary>
    async Task LiveOnWithoutItAsync()
    {
        await using var other = await EnrolledAsync("W2", replica.Grpc);
        await other.CommandAsync("sync");
        await File.WriteAllLinesAsync(folder["stock.csv"], Enumerable.Range(0, Products).Select(product => $"{Shop.Code(product)},{40 + (product % 60)}"));
        await other.CommandAsync("open", folder["stock.csv"]);
        await other.CommandAsync("sync");
        Shop.WriteCatalogue(folder["prices.csv"], Enumerable.Range(0, Products), edition: 7);
        await cloud.CommandAsync("catalogue", "import", folder["prices.csv"], "--currency", "EUR");
        await other.CommandAsync("sync");
        _ = await cloud.ScalarAsync<long>($"WITH gone AS (DELETE FROM store_commit c USING store_head h WHERE c.store_id = {Store} AND h.store_id = {Store} AND c.version < h.version RETURNING 1) SELECT count(*) FROM gone");
    }

    void SellOffline(string directory)
    {
        using var agent = Agent.Open(new(directory), TimeProvider.System);
        Shop.Sell(agent, Offline, Products, seed: 70);
    }

    static async Task SellAsync(BenchDevice device, Samples sales, CancellationToken stopping)
    {
        for (var sale = 0; !stopping.IsCancellationRequested; sale++)
        {
            var started = Stopwatch.GetTimestamp();
            await device.SellAsync(Shop.Code(sale % Products));
            sales.Add(Stopwatch.GetElapsedTime(started));
            await Task.Delay(BetweenSales, CancellationToken.None);
        }
    }

    async Task<bool> IsWholeAsync(BenchDevice device)
    {
        var status = await device.StatusAsync();
        // While it sells there is always a sale on its way.
        return status.GetProperty("sync").GetProperty("upToDate").GetBoolean() && status.GetProperty("pendingCount").GetInt64() < 50 && await OutboxAsync(device) < 50;
    }

    static async Task<long> OutboxAsync(BenchDevice device) => (await device.StatusAsync()).GetProperty("outbox").GetProperty("count").GetInt64();

    Task<long> AppliedAsync() => cloud.ScalarAsync<long>("SELECT s.applied_through FROM stream s JOIN device d USING (stream_id) WHERE d.device_code = 'W1'");

    async Task AssertWholeAsync(BenchDevice device, long recorded)
    {
        await Poll.UntilAsync(async () => (await device.StatusAsync()).GetProperty("pendingCount").GetInt64() == 0, "nothing is pending", pause: Often);
        var arrived = await cloud.ScalarAsync<long>("SELECT count(*) FROM journal j JOIN device d USING (device_id) WHERE d.device_code = 'W1'");
        if (arrived != recorded) throw new InvalidOperationException($"The device recorded {recorded} entries, {arrived} are in the journal.");
        var (shown, after) = (0L, "");
        var sum = 0L;
        do
        {
            var page = await device.GetAsync($"/api/v1/stock?limit=500{(after.Length == 0 ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                shown++;
                sum += item.GetProperty("onHandThousandths").GetInt64();
            }

            after = page.GetProperty("next").GetString() ?? "";
        }
        while (after.Length > 0);
        var (rows, total) = (await cloud.ScalarAsync<long>($"SELECT count(*) FROM stock WHERE store_id = {Store}"), await cloud.ScalarAsync<long>($"SELECT sum(on_hand)::bigint FROM stock WHERE store_id = {Store}"));
        if ((shown, sum) != (rows, total)) throw new InvalidOperationException($"The device shows {shown} figures that add up to {sum}, the cloud has {rows} and {total}.");
        if (Generation(device.Directory) < 2) throw new InvalidOperationException("The stock was not read anew.");
        if ((await device.StatusAsync()).GetProperty("cacheDriftCount").GetInt64() != 0) throw new InvalidOperationException("The device found its cache wrong.");
    }

    static long Generation(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "ledger.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT stock_generation FROM identity";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>What has to come down, as compact text: what its bytes are held against.</summary>
    async Task<IReadOnlyList<byte[]>> RowsAsync()
    {
        var rows = new List<byte[]>();
        var stock = await cloud.ScalarAsync<string>($"SELECT string_agg(product || on_hand, chr(10) ORDER BY product) FROM stock WHERE store_id = {Store}");
        rows.Add(Encoding.UTF8.GetBytes(stock));
        rows.Add(Encoding.UTF8.GetBytes(await cloud.ScalarAsync<string>("SELECT string_agg(code || name || coalesce(brand, '') || coalesce(size, '') || price_minor, chr(10) ORDER BY code) FROM product WHERE NOT deleted")));
        return rows;
    }

    static long Packed(IReadOnlyList<byte[]> parts)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var part in parts) gzip.Write(part);
        }

        return packed.Length;
    }

    async Task<BenchDevice> EnrolledAsync(string code, Uri cloudAddress)
    {
        var device = new BenchDevice(folder[string.Create(CultureInfo.InvariantCulture, $"device-{code}")]);
        await device.EnrolAsync(await cloud.AddDeviceAsync(Store, code, cloudAddress));
        return device;
    }
}
