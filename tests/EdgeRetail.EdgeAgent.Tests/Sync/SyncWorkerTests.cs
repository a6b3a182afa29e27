using System.Net;
using System.Net.Sockets;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.TestKit;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using RetryClass = EdgeRetail.Contracts.Sync.V1.RetryClass;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>The worker over a real ledger and a real HTTP/2 connection.</summary>
[CancelAfter(60_000)]
sealed class SyncWorkerTests
{
    TemporaryDirectory folder = null!;
    Agent agent = null!;
    CloudStub stub = null!;
    CancellationTokenSource stopping = null!;
    Task running = Task.CompletedTask;
    SyncWorker worker = null!;

    [SetUp]
    public async Task EnrolledBesideACloud()
    {
        folder = new TemporaryDirectory();
        stub = await CloudStub.StartAsync(new ModelCloud(AgentFixture.Stream) { EntriesMax = 5000 });
        Open(stub.Address);
        stopping = new CancellationTokenSource();
    }

    [TearDown]
    public async Task Stopped()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
        agent.Dispose();
        await stub.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_sale_is_in_the_cloud_within_milliseconds_of_its_commit()
    {
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        var took = new List<double>();
        for (var sale = 1; sale <= 200; sale++)
        {
            Sell();
            var committed = TimeProvider.System.GetTimestamp();
            await Eventually.IsTrue(() => stub.JournalCount == sale, "the sale is in the journal");
            took.Add(TimeProvider.System.GetElapsedTime(committed, stub.JournalledAt[sale - 1]).TotalMilliseconds);
        }

        took.Sort();
        TestContext.Out.WriteLine($"commit to cloud: p50 {took[100]:0.00} ms, p99 {took[198]:0.00} ms");
        Assert.That(took[100], Is.LessThan(500), "nothing polls and nothing waits for company: the shortest timer of a session is a second");
        await Eventually.IsTrue(() => agent.Queries.Status() is { Outbox.Count: 0, PendingCount: 0 }, "acknowledged and covered");
        Assert.That(agent.Queries.Status().SyncWords, Is.EqualTo("All sales are sent."));
    }

    [Test]
    public async Task The_call_bears_the_device_token_and_Hello_the_facts()
    {
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        Assert.That(stub.Calls.Single().GetValue("authorization"), Is.EqualTo("Bearer erd_secret"));
        var hello = stub.Received[0].Hello;
        Assert.That((hello.SoftwareVersion, hello.HardwareFingerprint), Is.EqualTo(("0.1.0", "fingerprint")));
        Assert.That(hello.Stream.ToByteArray(), Is.EqualTo(AgentFixture.Stream.ToByteArray()));
    }

    [Test]
    public async Task Entries_arrive_byte_for_byte_as_the_ledger_holds_them()
    {
        for (var i = 0; i < 50; i++) Sell();
        var stored = agent.Outbox.ReadBatch(0, 100, int.MaxValue)!.Entries.Select(entry => entry.ToArray()).ToList();
        Start();
        await Eventually.IsTrue(() => stub.JournalCount == 50, "everything is sent");
        Assert.That(stub.Cloud.Journal, Is.EqualTo(stored));
    }

    [Test]
    public async Task A_backlog_is_compressed_and_a_single_sale_is_small_on_the_wire()
    {
        await using var proxy = new TcpProxy(stub.Port);
        Reopen(proxy.Address);
        for (var i = 0; i < 2_000; i++) Sell();
        var raw = agent.Outbox.ReadBatch(0, 5000, int.MaxValue)!.Entries.Sum(entry => entry.Length);
        Start();
        await Eventually.IsTrue(() => agent.Queries.Status() is { Outbox.Count: 0, PendingCount: 0 }, "everything is sent and covered");
        var bulk = proxy.Bytes(LinkDirection.Up);
        TestContext.Out.WriteLine($"2000 sales: {raw} bytes of entries, {bulk} bytes on the wire, {bulk / 2000.0:0.0} a sale");
        Assert.That(bulk, Is.LessThan(raw / 2));

        await Eventually.IsTrue(() => stub.Received.Count(message => message.Status is not null) >= 2, "the device reports that its outbox is empty");
        await Quiet(proxy);
        var (upBefore, downBefore) = (proxy.Bytes(LinkDirection.Up), proxy.Bytes(LinkDirection.Down));
        Sell();
        await Eventually.IsTrue(() => agent.Queries.Status() is { Outbox.Count: 0, PendingCount: 0 }, "the sale is sent and covered");
        await Quiet(proxy);
        var (up, down) = (proxy.Bytes(LinkDirection.Up) - upBefore, proxy.Bytes(LinkDirection.Down) - downBefore);
        TestContext.Out.WriteLine($"one sale: {up} bytes up, {down} bytes down");
        Assert.That(up, Is.LessThan(600));
    }

    [Test]
    public async Task An_idle_session_sends_nothing()
    {
        await using var proxy = new TcpProxy(stub.Port);
        Reopen(proxy.Address);
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        await Quiet(proxy, TimeSpan.FromSeconds(3));
    }

    [Test]
    public async Task A_refusal_before_Hello_is_shown_with_its_code_and_selling_goes_on()
    {
        stub.Refusal = () => new RpcException(new Status(StatusCode.Unauthenticated, "no such token"), new Metadata { { "edgeretail-code", "DEVICE_TOKEN_UNKNOWN" } });
        Start();
        await Eventually.IsTrue(() => State == SyncState.Held, "the device is held");
        Sell();
        var status = agent.Queries.Status();
        Assert.Multiple(() =>
        {
            Assert.That(status.Sync.LastErrorCode, Is.EqualTo("DEVICE_TOKEN_UNKNOWN"));
            Assert.That(status.Sync.NextAttemptAt, Is.GreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(4)), "a person has to act first");
            Assert.That(status.Outbox.Count, Is.EqualTo(1));
            Assert.That(status.SyncWords, Does.Contain("DEVICE_TOKEN_UNKNOWN"));
        });

        stub.Refusal = () => null;
        worker.Nudge();
        await Eventually.IsTrue(() => stub.JournalCount == 1, "asked to, it tries at once");
    }

    [Test]
    public async Task Load_that_is_shed_is_waited_for()
    {
        stub.Refusal = () => new RpcException(new Status(StatusCode.ResourceExhausted, "busy"), new Metadata { { "edgeretail-code", "CLOUD_BUSY" }, { "edgeretail-retry-after-ms", "60000" } });
        Start();
        await Eventually.IsTrue(() => agent.SyncStatus.Current.NextAttemptAt is not null, "a next attempt is set");
        Assert.That(agent.SyncStatus.Current.State, Is.EqualTo(SyncState.Offline));
        Assert.That(agent.SyncStatus.Current.NextAttemptAt - TimeProvider.System.GetUtcNow(), Is.EqualTo(TimeSpan.FromSeconds(60)).Within(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task It_comes_back_by_itself_when_the_network_does_and_nothing_is_lost_or_doubled()
    {
        await using var proxy = new TcpProxy(stub.Port);
        Reopen(proxy.Address);
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        for (var round = 0; round < 3; round++)
        {
            proxy.Refuse();
            await Eventually.IsTrue(() => State == SyncState.Offline, "the break is noticed");
            for (var i = 0; i < 20; i++) Sell();
            proxy.Heal();
            var sold = (round + 1) * 20;
            await Eventually.IsTrue(() => stub.JournalCount == sold && State == SyncState.Connected, "it is back");
        }

        await Eventually.IsTrue(() => agent.Queries.Status() is { Outbox.Count: 0, PendingCount: 0 }, "everything is acknowledged");
        Assert.That(stub.Cloud.Journal.Select(Convert.ToHexString).Distinct().Count(), Is.EqualTo(60));
        Assert.That(agent.SyncStatus.Current.LastErrorCode, Is.EqualTo("CLOUD_UNREACHABLE"));
    }

    [Test]
    public async Task An_address_beyond_this_machine_is_never_called()
    {
        await using var proxy = new TcpProxy(stub.Port);
        worker = new SyncWorker(agent, new(new DeviceFacts("", ""), folder.Path, "http://192.0.2.1:5001"), new Random(1), NullLogger<SyncWorker>.Instance);
        running = worker.RunAsync(stopping.Token);
        await Eventually.IsTrue(() => State == SyncState.Held, "the device is held");
        Assert.That(agent.SyncStatus.Current.LastErrorCode, Is.EqualTo("TRANSPORT_NOT_LOOPBACK"));
    }

    [Test]
    public async Task Something_else_at_the_clouds_address_is_named()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        _ = AnswerAsWebServerAsync(web);
        Reopen($"http://{web.LocalEndpoint}");
        Start();
        await Eventually.IsTrue(() => State == SyncState.Offline, "the device is offline");
        Assert.That(agent.SyncStatus.Current.LastErrorCode, Is.EqualTo("NETWORK_INTERCEPTED"));
        Assert.That(Sell(), Is.TypeOf<CommandResult.Recorded>());
    }

    [Test]
    public async Task Once_means_until_everything_is_sent_and_covered()
    {
        for (var i = 0; i < 30; i++) Sell();
        worker = Worker();
        var end = await worker.RunOnceAsync(stopping.Token);
        Assert.That((end.Code, end.Retry), Is.EqualTo(("STOPPED", SyncRetry.Stopped)));
        Assert.That(agent.Queries.Status(), Has.Property("PendingCount").Zero);
        Assert.That(agent.Queries.Status().Outbox.Count, Is.Zero);
        Assert.That(stub.JournalCount, Is.EqualTo(30));
    }

    [Test]
    public async Task Once_says_why_where_the_cloud_is_not_there()
    {
        await stub.DisposeAsync();
        worker = Worker();
        var end = await worker.RunOnceAsync(stopping.Token);
        Assert.That((end.Code, end.Retry), Is.EqualTo(("CLOUD_UNREACHABLE", SyncRetry.BackOff)));
        Assert.That(State, Is.EqualTo(SyncState.Stopped));
        stub = await CloudStub.StartAsync(new ModelCloud(AgentFixture.Stream));
    }

    [Test]
    public async Task A_replica_that_goes_away_is_left_without_a_pause()
    {
        ModelCloud.Call? first = null;
        stub.OnCall = call => first ??= call;
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        first!.Direct();
        Sell();
        await Eventually.IsTrue(() => stub.Calls.Count == 2, "a second call is made");
        await Eventually.IsTrue(() => agent.Queries.Status().Outbox.Count == 0, "and takes the sale");
        Assert.That(agent.SyncStatus.Current.LastErrorCode, Is.Null, "that was no error");
    }

    [Test]
    public async Task It_stops_at_once_in_every_state()
    {
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        await stopping.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(State, Is.EqualTo(SyncState.Stopped));
    }

    [Test]
    public async Task A_status_that_the_disk_does_not_take_stops_nothing_and_is_written_later()
    {
        await using var proxy = new TcpProxy(stub.Port);
        Reopen(proxy.Address);
        Start();
        await Eventually.IsTrue(() => State == SyncState.Connected, "the session is up");
        await using (var other = await LockLedgerAsync())
        {
            proxy.Refuse();
            await Eventually.IsTrue(() => agent.SyncStatus.NotKept is not null, "the break is to be written while another program holds the file");
            Assert.That(agent.SyncStatus.Current.LastErrorCode, Is.EqualTo("CLOUD_UNREACHABLE"), "it is shown all the same");
        }

        Sell();
        proxy.Heal();
        await Eventually.IsTrue(
            () =>
            {
                worker.Nudge();
                return stub.JournalCount == 1 && agent.SyncStatus.NotKept is null;
            },
            "syncing goes on and the status is on disk");
        await stopping.CancelAsync();
        await running;
        agent.Dispose();
        agent = Agent.Open(new(folder["data"]), TimeProvider.System);
        Assert.That(agent.SyncStatus.Current.LastErrorCode, Is.EqualTo("CLOUD_UNREACHABLE"));
    }

    [Test]
    public async Task A_fault_of_the_loop_costs_a_pause_and_not_the_sync()
    {
        var thrown = 0;
        agent.Changed += (_, change) =>
        {
            if (change == AgentChange.SyncStatus && State == SyncState.Offline && Interlocked.Increment(ref thrown) == 1) throw new InvalidOperationException("a fault");
        };
        stub.Refusal = () => Volatile.Read(ref thrown) > 0 ? null : new RpcException(new Status(StatusCode.Unavailable, "away"));
        Sell();
        Start();
        await Eventually.IsTrue(() => stub.JournalCount == 1, "the sale is sent after the fault");
        Assert.That((thrown, running.IsCompleted), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task Once_that_is_stopped_within_the_pause_says_how_the_last_call_ended()
    {
        stub.Instead = message => message.Hello is null ? null : new() { Refusal = new() { Code = "SESSION_FENCED", RetryClass = RetryClass.Hello, RetryAfterMs = 3_600_000 } };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        Sell();
        worker = Worker();
        var once = worker.RunOnceAsync(limit.Token);
        await Eventually.IsTrue(() => agent.SyncStatus.Current.LastErrorCode == "SESSION_FENCED", "the first call has ended");
        await limit.CancelAsync();
        var end = await once.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((end.Code, end.Retry), Is.EqualTo(("SESSION_FENCED", SyncRetry.Hello)));
    }

    SyncState State => agent.SyncStatus.Current.State;

    SyncWorker Worker() => new(agent, new(new DeviceFacts("0.1.0", "fingerprint"), folder.Path), new Random(1), NullLogger<SyncWorker>.Instance);

    void Start()
    {
        worker = Worker();
        running = worker.RunAsync(stopping.Token);
    }

    void Open(string cloud)
    {
        var options = new AgentOptions(folder["data"]);
        Agent.Enrol(options, TimeProvider.System, AgentFixture.Enrolment() with { CloudAddress = new Uri(cloud) });
        agent = Agent.Open(options, TimeProvider.System);
    }

    void Reopen(string cloud)
    {
        agent.Dispose();
        Open(cloud);
    }

    CommandResult Sell() => agent.Commands.Execute(
        new RecordSale(null, "ann", [new SaleDraftLine(AgentFixture.Milk, Quantity.Each(1), AgentFixture.Eur(129), Description: "milk", Unknown: true)], TenderKind.Cash));

    /// <summary>Another program writes into the ledger's file, until it is disposed.</summary>
    async Task<SqliteConnection> LockLedgerAsync()
    {
        var other = new SqliteConnection($"Data Source={Path.Combine(folder["data"], "ledger.db")};Pooling=False");
        await other.OpenAsync();
        await using var begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync();
        return other;
    }

    /// <summary>Waits until nothing passes for so long: more than the second at which figures are sent.</summary>
    static async Task Quiet(TcpProxy proxy, TimeSpan? span = null)
    {
        var last = -1L;
        await Eventually.IsTrue(
            async () =>
            {
                await Task.Delay(span ?? TimeSpan.FromSeconds(1.2));
                var bytes = proxy.Bytes(LinkDirection.Up) + proxy.Bytes(LinkDirection.Down);
                var quiet = bytes == last;
                last = bytes;
                return quiet;
            },
            "the line is quiet");
    }

    /// <summary>A web server of another kind: it answers whatever it is asked in its own way, and hangs up.</summary>
    static async Task AnswerAsWebServerAsync(TcpListener web)
    {
        try
        {
            while (true)
            {
                using var asked = await web.AcceptSocketAsync();
                await asked.ReceiveAsync(new byte[1024]);
                await asked.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
