using System.Diagnostics;
using System.IO.Compression;
using EdgeRetail.EdgeAgent;
using EdgeRetail.TestKit;

namespace EdgeRetail.Benchmarks;

/// <summary>What device and cloud do together, as published executables over loopback and a PostgreSQL with durable defaults.</summary>
sealed class SyncFigures(BenchmarkReport report, BenchCloud cloud, BenchCloud.Replica first, BenchCloud.Replica second, TemporaryDirectory folder)
{
    const int Products = 20_000;
    const int Offline = 100_000;
    const int FleetDevices = 50;
    const int FleetSales = 2_000;
    const int FleetStores = 25;
    static readonly TimeSpan Often = TimeSpan.FromMilliseconds(2);

    /// <summary>Of something that takes seconds and needs both processors: asking more often took a tenth of them.</summary>
    static readonly TimeSpan Seldom = TimeSpan.FromMilliseconds(20);

    /// <summary>What a busy time needed is given back after 20 s.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(25);

    /// <summary>Entries a second, once the upload was measured.</summary>
    double postgresRate;

    readonly string memoryDisk = Path.Combine("/dev/shm", $"edgeretail-bench-{Environment.ProcessId}-sync");

    public async Task MeasureDownloadAsync()
    {
        await cloud.AddStoreAsync(1);
        Shop.WriteCatalogue(folder["catalogue.csv"], Enumerable.Range(0, Products));
        await cloud.CommandAsync("catalogue", "import", folder["catalogue.csv"], "--currency", "EUR");
        var head = await CatalogueHeadAsync();

        await using var device = await EnrolledAsync(1, "D1", first.Grpc);
        await device.RunAsync();
        var took = await Poll.UntilAsync(async () => await CatalogueVersionAsync(device) == head, "the catalogue arrives", pause: Often);
        report.Add(new("20,000 products down to an empty device", took.TotalSeconds, "s", 1.5, Goal.Ceiling()));

        Shop.WriteCatalogue(folder["changes.csv"], Enumerable.Range(0, 100), edition: 1);
        var import = cloud.CommandAsync("catalogue", "import", folder["changes.csv"], "--currency", "EUR");
        await Poll.UntilAsync(async () => await CatalogueHeadAsync() > head, "the changes are committed");
        var changed = await CatalogueHeadAsync();
        took = await Poll.UntilAsync(async () => await CatalogueVersionAsync(device) == changed, "the changes arrive", pause: Often);
        await import;
        report.Add(new("100 changed products, commit to the device", took.TotalMilliseconds, "ms"));
    }

    /// <summary>PostgreSQL's own limit is measured by the caller, in the same run, and given here in rows per second.</summary>
    public async Task MeasureUploadAsync(Func<string, Task<double>> postgresLimit)
    {
        await cloud.AddStoreAsync(2);
        await using var device = await EnrolledAsync(2, "U1", first.Grpc);
        await device.CommandAsync("sync");
        SellOffline(device.Directory, Offline, seed: 10);
        var entries = LocalFigures.EntryRows(device.Directory).Select(row => row.Bytes).ToList();
        var limit = postgresRate = await postgresLimit(device.Directory);
        var grpc = await GrpcLimit.MoveAsync([.. entries.Select(entry => new ReadOnlyMemory<byte>(entry))], 2_000);

        var (cloudBefore, postgresBefore) = (first.Process.Use()!.CpuSeconds, cloud.PostgresCpuSeconds());
        var before = await JournalAsync(2);
        var started = Stopwatch.GetTimestamp();
        await device.RunAsync();
        var began = await Poll.UntilAsync(async () => await AppliedAsync(2) > 0, "the upload begins", pause: Often);
        await Poll.UntilAsync(async () => await AppliedAsync(2) == Offline, "the upload ends", pause: Seldom);
        var took = Stopwatch.GetElapsedTime(started);
        var rate = Offline / took.TotalSeconds;
        var use = device.Process.Use()!;
        report.Add(new("PostgreSQL, same statements from memory", limit, "entries/s"));
        report.Add(new("gRPC, same bytes, nobody looks", Offline / grpc.TotalSeconds, "entries/s"));
        report.Add(new("100,000 sales up from one device", rate, "entries/s", limit, Goal.Floor(0.6)));
        report.Add(new("  of what gRPC moves", rate, "entries/s", Offline / grpc.TotalSeconds));
        report.Add(new("  of which until the first batch is in", began.TotalMilliseconds, "ms"));
        report.Add(new("  CPU agent", use.CpuSeconds, "s"));
        report.Add(new("  CPU cloud-sync", first.Process.Use()!.CpuSeconds - cloudBefore, "s"));
        report.Add(new("  CPU PostgreSQL", cloud.PostgresCpuSeconds() - postgresBefore, "s"));
        await Poll.UntilAsync(async () => (await device.StatusAsync()).GetProperty("pendingCount").GetInt64() == 0, "own effects come back", pause: Often);
        report.Add(new("  until all are in the device's cache too", Stopwatch.GetElapsedTime(started).TotalSeconds, "s"));
        report.Add(new("agent memory at its peak", device.Process.Use()!.PeakResidentBytes / 1048576.0, "MB", 80, Goal.Ceiling()));
        report.Add(new("cloud-sync memory at its peak", first.Process.Use()!.PeakResidentBytes / 1048576.0, "MB"));
        if (before != 0 || await JournalAsync(2) != Offline) throw new InvalidOperationException("The journal does not hold exactly what was sold.");
        await device.StopAsync();
    }

    public async Task MeasureFleetAsync()
    {
        var devices = new List<BenchDevice>();
        try
        {
            for (var store = 0; store < FleetStores; store++) await cloud.AddStoreAsync(100 + store);
            for (var i = 0; i < FleetDevices; i++)
            {
                var device = await EnrolledAsync(100 + (i % FleetStores), $"F{i}", i % 2 == 0 ? first.Grpc : second.Grpc);
                await device.CommandAsync("sync");
                SellOffline(device.Directory, FleetSales, seed: 100 + i);
                devices.Add(device);
            }

            var (cloudBefore, postgresBefore) = (CloudCpuSeconds(), cloud.PostgresCpuSeconds());
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(devices.Select(device => device.RunAsync()));
            await Poll.UntilAsync(
                async () => await cloud.ScalarAsync<long>($"SELECT count(*) FROM stream s JOIN device d USING (device_id) WHERE d.device_code LIKE 'F%' AND s.applied_through = {FleetSales}") == FleetDevices,
                "the fleet's uploads end", pause: TimeSpan.FromMilliseconds(10));
            var took = Stopwatch.GetElapsedTime(started);
            report.Add(new("50 devices × 2,000 sales at once", FleetDevices * FleetSales / took.TotalSeconds, "entries/s", postgresRate));
            report.Add(new("  took", took.TotalSeconds, "s"));
            report.Add(new("  CPU agents, from their starts", devices.Sum(device => device.Process.Use()!.CpuSeconds), "s"));
            report.Add(new("  CPU cloud-sync, two replicas", CloudCpuSeconds() - cloudBefore, "s"));
            report.Add(new("  CPU PostgreSQL", cloud.PostgresCpuSeconds() - postgresBefore, "s"));
        }
        finally
        {
            foreach (var device in devices) await device.DisposeAsync();
        }
    }

    public async Task MeasureLatencyAsync()
    {
        await cloud.AddStoreAsync(3);
        await using var till = await EnrolledAsync(3, "L1", first.Grpc);
        await using var other = await EnrolledAsync(3, "L2", second.Grpc);
        await using var same = await EnrolledAsync(3, "L3", first.Grpc);
        foreach (var device in new[] { till, other, same })
        {
            await device.RunAsync();
            await Poll.UntilAsync(async () => await CatalogueVersionAsync(device) == await CatalogueHeadAsync(), "the catalogue arrives", pause: Often);
        }

        var stream = await cloud.ScalarAsync<Guid>("SELECT stream_id FROM device WHERE device_code = 'L1'");
        using var ledger = new LedgerWatch(till.Directory);
        var (fromRequest, fromCommit, toSame, toOther) = (new Samples(), new Samples(), new Samples(), new Samples());
        var version = await StoreVersionAsync();
        for (var sale = 1; sale <= 320; sale++)
        {
            await Task.Delay(20 + (sale * 7 % 90));
            var started = Stopwatch.GetTimestamp();
            var selling = Task.Run(() => till.SellAsync(Shop.Code(sale)));
            await Poll.UntilAsync(() => Task.FromResult(ledger.LastPosition() >= sale), "the sale is committed");
            var committed = Stopwatch.GetTimestamp();
            await Poll.UntilAsync(async () => await cloud.ScalarAsync<long>($"SELECT applied_through FROM stream WHERE stream_id = '{stream}'") >= sale, "the sale is in PostgreSQL");
            var (sinceRequest, sinceCommit) = (Stopwatch.GetElapsedTime(started), Stopwatch.GetElapsedTime(committed));
            await selling;
            version++;
            await Poll.UntilAsync(async () => await FeedVersionAsync(same) >= version, "the sale is on the other kiosk");
            var onSame = Stopwatch.GetElapsedTime(started);
            await Poll.UntilAsync(async () => await FeedVersionAsync(other) >= version, "the sale is on the kiosk of the other replica");
            if (sale <= 20) continue;
            fromRequest.Add(sinceRequest);
            fromCommit.Add(sinceCommit);
            toSame.Add(onSame);
            toOther.Add(Stopwatch.GetElapsedTime(started));
        }

        report.Add(new("one sync of this disk, p50", DiskSync(folder["sync.probe"]).Percentile(0.5), "ms"));
        report.Add(new("one sale, commit to PostgreSQL, p50", fromCommit.Percentile(0.5), "ms", 5, Goal.Ceiling()));
        report.Add(new("one sale, commit to PostgreSQL, p99", fromCommit.Percentile(0.99), "ms", 50, Goal.Ceiling()));
        report.Add(new("one sale, request to PostgreSQL, p50", fromRequest.Percentile(0.5), "ms"));
        report.Add(new("one sale, request to PostgreSQL, p99", fromRequest.Percentile(0.99), "ms"));
        report.Add(new("to another kiosk, same replica, p99", toSame.Percentile(0.99), "ms", 500, Goal.Ceiling()));
        report.Add(new("to another kiosk, other replica, p50", toOther.Percentile(0.5), "ms"));
        report.Add(new("to another kiosk, other replica, p99", toOther.Percentile(0.99), "ms", 500, Goal.Ceiling()));

        async Task<long> StoreVersionAsync() => await cloud.ScalarAsync<long>("SELECT version FROM store_head WHERE store_id = 3");
        static async Task<long> FeedVersionAsync(BenchDevice device) => (await device.StatusAsync()).GetProperty("storeFeedVersion").GetInt64();
    }

    public async Task MeasureBytesAsync()
    {
        await cloud.AddStoreAsync(4);
        await using var proxy = new TcpProxy(first.Grpc.Port);
        await using var device = await EnrolledAsync(4, "B1", new Uri(proxy.Address));
        await device.CommandAsync("sync");
        SellOffline(device.Directory, 20_000, seed: 20);
        var entries = LocalFigures.EntryRows(device.Directory).Select(row => row.Bytes).ToList();
        using var concatenated = new MemoryStream();
        await using (var gzip = new GZipStream(concatenated, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var entry in entries) await gzip.WriteAsync(entry);
        }

        var up = proxy.Bytes(LinkDirection.Up);
        var down = proxy.Bytes(LinkDirection.Down);
        await device.RunAsync();
        await Poll.UntilAsync(async () => await AppliedAsync(4) == 20_000, "the upload ends", pause: Often);
        var bulk = proxy.Bytes(LinkDirection.Up) - up;
        await Poll.UntilAsync(async () => (await device.StatusAsync()).GetProperty("pendingCount").GetInt64() == 0, "own effects come back", pause: Often);
        report.Add(new("entry bytes of a one-line sale", entries.Average(entry => entry.Length), "bytes"));
        report.Add(new("up in bulk, a sale", bulk / 20_000.0, "bytes", concatenated.Length / 20_000.0, Goal.Ceiling(1.15)));
        report.Add(new("down in bulk, a sale of one's own", (proxy.Bytes(LinkDirection.Down) - down) / 20_000.0, "bytes"));

        await SettleAsync(proxy);
        (up, down) = (proxy.Bytes(LinkDirection.Up), proxy.Bytes(LinkDirection.Down));
        for (var sale = 0; sale < 100; sale++)
        {
            await device.SellAsync(Shop.Code(sale));
            await Poll.UntilAsync(async () => (await device.StatusAsync()).GetProperty("pendingCount").GetInt64() == 0, "the sale comes back", pause: Often);
        }

        await SettleAsync(proxy);
        report.Add(new("one fresh sale, up", (proxy.Bytes(LinkDirection.Up) - up) / 100.0, "bytes"));
        report.Add(new("one fresh sale, down", (proxy.Bytes(LinkDirection.Down) - down) / 100.0, "bytes"));

        // Long enough for one keep-alive of the idle link (240 s).
        var (idleUp, idleDown, idleFrom) = (proxy.Bytes(LinkDirection.Up), proxy.Bytes(LinkDirection.Down), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(245));
        var hours = Stopwatch.GetElapsedTime(idleFrom).TotalHours;
        report.Add(new("an idle hour, both ways", (proxy.Bytes(LinkDirection.Up) - idleUp + proxy.Bytes(LinkDirection.Down) - idleDown) / hours, "bytes"));
    }

    public async Task MeasureAgentAsync()
    {
        await using var device = await EnrolledAsync(1, "A1", first.Grpc);
        await device.CommandAsync("sync");
        var start = new Samples();
        for (var i = 0; i < 7; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await device.RunAsync();
            if (i > 0) start.Add(Stopwatch.GetElapsedTime(started));
            if (i < 6) await device.StopAsync();
        }

        await Task.Delay(Quiet);
        report.Add(new("agent start to ready, p50", start.Percentile(0.5), "ms", 150, Goal.Ceiling()));
        report.Add(new("agent memory idle", device.Process.Use()!.ResidentBytes / 1048576.0, "MB", 40, Goal.Ceiling()));
    }

    /// <summary>A device brings a million sales; the last hundred thousand may not be dearer than the first.</summary>
    public async Task MeasureFlatnessAsync()
    {
        await cloud.AddStoreAsync(5);
        await using var device = await EnrolledAsync(5, "M1", first.Grpc);
        await device.CommandAsync("sync");
        SellOffline(device.Directory, 1_000_000, seed: 30);
        await device.RunAsync();
        var marks = new List<(long Applied, double Seconds, double Cpu)>();
        var started = Stopwatch.GetTimestamp();
        long applied;
        do
        {
            applied = await AppliedAsync(5);
            marks.Add((applied, Stopwatch.GetElapsedTime(started).TotalSeconds, cloud.PostgresCpuSeconds()));
            await Task.Delay(20);
        }
        while (applied < 1_000_000);
        var firstCost = Cost(100_000, 200_000);
        report.Add(new("PostgreSQL CPU an entry, second 100,000", firstCost, "µs"));
        report.Add(new("PostgreSQL CPU an entry, last 100,000 of 1,000,000", Cost(900_000, 1_000_000), "µs", firstCost, Goal.Ceiling(1.3)));

        double Cost(long from, long to)
        {
            var (begin, end) = (marks.First(mark => mark.Applied >= from), marks.First(mark => mark.Applied >= to));
            return (end.Cpu - begin.Cpu) / (end.Applied - begin.Applied) * 1e6;
        }
    }

    /// <summary>What the ledger, the high-water mark and PostgreSQL each wait for once on the way of a sale.</summary>
    static Samples DiskSync(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var page = new byte[4096];
        var samples = new Samples();
        for (var i = 0; i < 200; i++)
        {
            RandomAccess.Write(file, page, i * page.Length);
            var started = Stopwatch.GetTimestamp();
            RandomAccess.FlushToDisk(file);
            samples.Add(Stopwatch.GetElapsedTime(started));
        }

        return samples;
    }

    double CloudCpuSeconds() => first.Process.Use()!.CpuSeconds + second.Process.Use()!.CpuSeconds;

    async Task<BenchDevice> EnrolledAsync(int store, string code, Uri cloudAddress)
    {
        var device = new BenchDevice(folder[$"device-{code}"]);
        await device.EnrolAsync(await cloud.AddDeviceAsync(store, code, cloudAddress));
        return device;
    }

    /// <summary>Sells without the network: in this process, and on a memory disk, so that it takes seconds and not minutes.</summary>
    void SellOffline(string directory, int sales, int seed)
    {
        try
        {
            Copy(directory, memoryDisk);
            using (var agent = Agent.Open(new(memoryDisk), TimeProvider.System)) Shop.Sell(agent, sales, Products, seed);
            Copy(memoryDisk, directory);
        }
        finally
        {
            Directory.Delete(memoryDisk, recursive: true);
        }
    }

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var name in new[] { "ledger.db", "ledger.db-wal", "device.token" })
        {
            if (File.Exists(Path.Combine(from, name))) File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
            else File.Delete(Path.Combine(to, name));
        }

        File.Delete(Path.Combine(to, "ledger.db-shm"));
    }

    static async Task SettleAsync(TcpProxy proxy)
    {
        var (bytes, quietSince) = (Total(), Stopwatch.GetTimestamp());
        await Poll.UntilAsync(() =>
        {
            if (Total() != bytes) (bytes, quietSince) = (Total(), Stopwatch.GetTimestamp());
            return Task.FromResult(Stopwatch.GetElapsedTime(quietSince) > TimeSpan.FromSeconds(2.5));
        }, "the link is quiet", pause: TimeSpan.FromMilliseconds(50));

        long Total() => proxy.Bytes(LinkDirection.Up) + proxy.Bytes(LinkDirection.Down);
    }

    async Task<long> AppliedAsync(int store) => await cloud.ScalarAsync<long>($"SELECT coalesce(sum(s.applied_through), 0)::bigint FROM stream s JOIN device d USING (device_id) WHERE d.store_id = {store}");

    async Task<long> JournalAsync(int store) => await cloud.ScalarAsync<long>($"SELECT count(*) FROM journal WHERE store_id = {store}");

    async Task<long> CatalogueHeadAsync() => await cloud.ScalarAsync<long>("SELECT version FROM catalogue_head");

    static async Task<long> CatalogueVersionAsync(BenchDevice device) => (await device.StatusAsync()).GetProperty("catalogue").GetProperty("version").GetInt64();
}
