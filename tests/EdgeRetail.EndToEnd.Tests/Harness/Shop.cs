using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRetail.Checker;
using EdgeRetail.Checker.History;
using EdgeRetail.TestKit;
using Npgsql;
using NUnit.Framework.Interfaces;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>
/// A whole chain of shops in real processes: a database, replicas of the cloud, devices with a network each. A test breaks
/// something, then <see cref="DrainAsync"/> waits until everything has arrived by itself and <see cref="CheckAsync"/> lets the
/// checker judge both databases.
/// </summary>
sealed class Shop : IAsyncDisposable
{
    static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan HurryPatience = TimeSpan.FromSeconds(90);

    /// <summary>L2 looks at quarantined entries, and most tests have none.</summary>
    static readonly string[] MayBeUnseen = ["L2"];

    readonly TemporaryDirectory folder = new();
    readonly NpgsqlDataSource database;
    readonly List<Replica> replicas = [];
    readonly List<Kiosk> kiosks = [];
    readonly HashSet<Kiosk> retired = [];
    readonly bool ownsDatabase;

    Shop(string connectionString, bool ownsDatabase)
    {
        ConnectionString = connectionString;
        this.ownsDatabase = ownsDatabase;
        Cloud = new(connectionString, Surroundings.StateDirectory);
        History = new(folder["history.jsonl"]);
        // Without a pool, because tests restart the server under it.
        database = NpgsqlDataSource.Create(connectionString + ";Pooling=false;Timeout=5;Command Timeout=30");
    }

    public string ConnectionString { get; }

    public CloudCommands Cloud { get; }

    public History History { get; }

    public IReadOnlyList<Replica> Replicas => replicas;

    public IReadOnlyList<Kiosk> Kiosks => kiosks;

    public Replica Replica => replicas[0];

    /// <summary>A folder of the shop's own, gone with it.</summary>
    public string Folder => folder.Path;

    public string this[string name] => folder[name];

    public static async Task<Shop> OpenAsync(int replicas = 1) => await OpenAsync(new(await Surroundings.CreateDatabaseAsync(), ownsDatabase: true), replicas);

    /// <summary>Over a database that a test breaks, and that has the stores and the catalogue.</summary>
    public static Task<Shop> OpenOverAsync(string connectionString, int replicas = 0, params string[] options) => OpenAsync(new(connectionString, ownsDatabase: false), replicas, options);

    static async Task<Shop> OpenAsync(Shop shop, int replicas, params string[] options)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => shop.AddReplicaAsync(null, options)));
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where nothing else is said it reaches the database as this shop does; <paramref name="options"/> go to <c>serve</c>.</summary>
    public async Task<Replica> AddReplicaAsync(string? connectionString = null, params string[] options)
    {
        Replica replica;
        lock (replicas)
        {
            replica = new($"replica-{(char)('a' + replicas.Count)}", connectionString is null ? Cloud : new(connectionString, Surroundings.StateDirectory), options);
            replicas.Add(replica);
        }

        await replica.StartAsync();
        return replica;
    }

    /// <summary>A device, enrolled and, unless told otherwise, running with its catalogue. Its link goes to the first replica, or the one or the port named.</summary>
    public async Task<Kiosk> AddKioskAsync(
        int store = Surroundings.FirstStore, Replica? at = null, bool start = true, string? executable = null, IReadOnlyList<string>? launcher = null, WallClock? clock = null, int? port = null,
        bool byName = false)
    {
        var code = $"T{kiosks.Count + 1}";
        var kiosk = new Kiosk(code, store, folder[code], new TcpProxy(port ?? (at ?? Replica).GrpcPort), History, executable, launcher);
        kiosks.Add(kiosk);
        if (clock is not null) kiosk.LiveBy(clock);
        await EnrolAsync(kiosk, byName ? kiosk.Link.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) : kiosk.Link.Address);
        if (!start) return kiosk;
        await kiosk.StartAsync();
        await Eventually.IsTrue(
            async () => (await kiosk.StatusAsync()).GetProperty("catalogue").GetProperty("products").GetInt64() == Goods.Codes.Count, $"{code} takes the catalogue");
        return kiosk;
    }

    /// <summary>The card of a device that is off, copied into another machine.</summary>
    public Kiosk AddCopyOf(Kiosk original)
    {
        var folder = $"T{kiosks.Count + 1}";
        var copy = new Kiosk(original.Code, original.Store, this.folder[folder], new TcpProxy(Replica.GrpcPort), History) { Name = $"{original.Code} (copy)" };
        original.CopyTo(copy.Folder);
        kiosks.Add(copy);
        return copy;
    }

    /// <summary>What an operator and a field engineer do with one of two copies: it becomes a device of its own, with everything that it recorded.</summary>
    public async Task EnrolAsSuccessorAsync(Kiosk copy, string code, Kiosk of)
    {
        copy.Code = code;
        (await Cloud.RunAsync("device", "add", "--store", $"{copy.Store}", "--code", code, "--cloud-address", copy.Link.Address, "--out", EnrolmentFile(copy), "--successor-of", of.Code)).AssertOk();
        (await copy.RunAsync("enrol", "--from", EnrolmentFile(copy))).AssertOk();
    }

    /// <summary>What an operator and a field engineer do with a device that the cloud has forgotten: it is added again under the id that it had.</summary>
    public async Task ComeBackAsync(Kiosk kiosk, long deviceId)
    {
        File.Delete(EnrolmentFile(kiosk));
        (await Cloud.RunAsync("device", "add", "--device-id", $"{deviceId}", "--store", $"{kiosk.Store}", "--code", kiosk.Code, "--cloud-address", kiosk.Link.Address, "--out", EnrolmentFile(kiosk))).AssertOk();
        (await kiosk.RunAsync("enrol", "--from", EnrolmentFile(kiosk))).AssertOk();
    }

    public string EnrolmentFile(Kiosk kiosk) => folder[$"{kiosk.Code}.enrolment.json"];

    public async Task<long> LongAsync(string sql, params object[] parameters) => Convert.ToInt64(await ScalarAsync(sql, parameters), CultureInfo.InvariantCulture);

    public async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });
        return await command.ExecuteScalarAsync();
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public Task<long> JournalCountAsync() => LongAsync("select count(*) from journal");

    public Task<long> JournalCountAsync(int store) => LongAsync("select count(*) from journal where store_id = $1", store);

    /// <summary>
    /// Stops what runs of a device that a test has done with; its ledger is checked with the others all the same. After a test
    /// that failed the whole shop closes, and the next test opens another.
    /// </summary>
    public async Task<Shop?> RetireOrCloseAsync(Kiosk kiosk)
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
        {
            await DisposeAsync();
            return null;
        }

        await kiosk.StopAsync();
        retired.Add(kiosk);
        return this;
    }

    /// <summary>A store that no device of this shop stands in yet.</summary>
    public int NextStore() => Surroundings.SpareStoresFrom + kiosks.Count;

    public async Task<bool> IsInJournalAsync(Confirmation confirmation) => await LongAsync("select count(*) from journal where entry_id = $1", confirmation.Entry) == 1;

    /// <summary>The cloud's own figure, in thousandths.</summary>
    public async Task<long?> StockAsync(int store, string product) =>
        await ScalarAsync("select on_hand from stock where store_id = $1 and product = $2", store, Goods.Canonical(product)) is long onHand ? onHand : null;

    /// <summary>
    /// Starts what is down, heals the links, and waits until nothing is on its way any more: every outbox empty, nothing
    /// pending, every cache at its heads. Devices are asked to try now instead of at the end of their back-off, unless the test
    /// is about that.
    /// </summary>
    public async Task DrainAsync(TimeSpan? within = null, bool byItself = false)
    {
        History.FaultsEnd(TestContext.CurrentContext.Test.Name);
        foreach (var replica in replicas)
            if (replica.Process.HasExited) await replica.StartAsync();
        foreach (var kiosk in kiosks.Except(retired))
        {
            kiosk.Link.Heal();
            if (!kiosk.IsRunning) await kiosk.StartAsync();
        }

        var waited = within ?? (byItself ? HurryPatience : DrainPatience);
        using var deadline = new CancellationTokenSource(waited);
        IReadOnlyList<string> open = ["not asked yet"];
        while (!deadline.IsCancellationRequested)
        {
            if (!byItself) await NudgeAsync();
            open = await OpenAsync();
            if (open.Count == 0)
            {
                History.Drained();
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        Assert.Fail($"After {waited.TotalSeconds:0} s there is still something on its way:\n  {string.Join("\n  ", open)}\n{await DescribeAsync()}");
    }

    /// <summary>A question that comes true through a session, with the devices not waiting between two of them; a loaded machine gets its time.</summary>
    public Task HurriedAsync(Func<Task<bool>> question, string because) => Eventually.IsTrue(
        async () =>
        {
            await NudgeAsync();
            return await question();
        },
        because,
        HurryPatience);

    /// <summary>
    /// The checker judges both databases: every invariant holds but those that are not checked yet. What the devices confirmed
    /// is in the journal, one entry for each command.
    /// </summary>
    public async Task<CheckReport> CheckAsync()
    {
        var report = await JudgeAsync();
        var broken = report.Invariants.Where(invariant => invariant.Holds is false).ToList();
        Assert.That(
            broken, Is.Empty,
            string.Join('\n', broken.Select(invariant => $"{invariant.Id} ({invariant.Title}), {invariant.OffenderCount} times:\n  {string.Join("\n  ", invariant.Offenders)}")));
        var unseen = report.Invariants.Where(invariant => invariant.Holds is null && !invariant.NotYet && !MayBeUnseen.Contains(invariant.Id));
        Assert.That(unseen.Select(invariant => $"{invariant.Id}: {invariant.Detail}"), Is.Empty, "a check that saw nothing proves nothing");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Figures.Lost, Is.Zero);
            Assert.That(report.Figures.Duplicated, Is.Zero);
            Assert.That(report.Figures.EntriesRecorded, Is.GreaterThanOrEqualTo(History.Confirmed.Count - History.GoneWithMedia), "each confirmed command stands in a ledger");
        }

        var missing = new List<Confirmation>();
        foreach (var chunk in History.Confirmed.Chunk(1000))
        {
            var ids = chunk.Select(confirmation => confirmation.Entry).ToArray();
            if (await LongAsync("select count(distinct entry_id) from journal where entry_id = any($1)", ids) != ids.Length) missing.AddRange(chunk);
        }

        Assert.That(missing, Is.Empty, "confirmed and not in the journal");
        return report;
    }

    /// <summary>What the checker finds, whatever it is.</summary>
    public Task<CheckReport> JudgeAsync() => Check.RunAsync(new([.. kiosks.Select(kiosk => kiosk.Folder)], ConnectionString + ";Pooling=false")
    {
        History = RunHistory.Read(History.Path),
        Quiescent = true,
    });

    /// <summary>Everything a person needs to see what went wrong.</summary>
    public async Task<string> DescribeAsync()
    {
        var text = new StringBuilder();
        foreach (var kiosk in kiosks) text.AppendLine(await kiosk.DescribeAsync());
        foreach (var replica in replicas) text.AppendLine(replica.Process.Transcript());
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed) TestContext.Out.WriteLine(await DescribeAsync());
        foreach (var kiosk in kiosks) await kiosk.DisposeAsync();
        foreach (var replica in replicas) await replica.DisposeAsync();
        History.Dispose();
        await database.DisposeAsync();
        if (ownsDatabase) await Surroundings.Postgres.DropDatabaseAsync(ConnectionString);
        folder.Dispose();
    }

    Task NudgeAsync() => Task.WhenAll(kiosks.Except(retired).Where(kiosk => kiosk.IsRunning).Select(kiosk => kiosk.NudgeAsync()));

    async Task EnrolAsync(Kiosk kiosk, string cloudAddress)
    {
        (await Cloud.RunAsync("device", "add", "--store", $"{kiosk.Store}", "--code", kiosk.Code, "--cloud-address", cloudAddress, "--out", EnrolmentFile(kiosk))).AssertOk();
        (await kiosk.RunAsync("enrol", "--from", EnrolmentFile(kiosk))).AssertOk();
    }

    async Task<IReadOnlyList<string>> OpenAsync()
    {
        var open = new List<string>();
        foreach (var kiosk in kiosks.Except(retired))
        {
            try
            {
                var status = await kiosk.StatusAsync();
                History.Show(kiosk.Name, status);
                var outbox = status.GetProperty("outbox").GetProperty("count").GetInt64();
                var pending = status.GetProperty("pendingCount").GetInt64();
                var feed = status.GetProperty("storeFeedVersion").GetInt64();
                var catalogue = status.GetProperty("catalogue").GetProperty("version").GetInt64();
                var head = await LongAsync("select coalesce((select version from store_head where store_id = $1), 0)", kiosk.Store);
                var catalogueHead = await LongAsync("select coalesce((select version from catalogue_head), 0)");
                if (outbox != 0 || pending != 0 || feed != head || catalogue != catalogueHead)
                    open.Add($"{kiosk.Code}: outbox {outbox}, pending {pending}, store feed {feed} of {head}, catalogue {catalogue} of {catalogueHead}, {status.GetProperty("sync")}");
            }
            catch (Exception e) when (e is HttpRequestException or KioskRefusal or NpgsqlException or JsonException or TaskCanceledException)
            {
                open.Add($"{kiosk.Code}: {e.Message}");
            }
        }

        return open;
    }
}
