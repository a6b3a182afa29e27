using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Devices;

public sealed class SessionTests() : ReplicaFixture(1, 2)
{
    [Test]
    public async Task Welcome_tells_settings_limits_and_the_servers_time()
    {
        var device = await shop.AddDeviceAsync(1);
        var before = await shop.ScalarAsync<long>("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
        var (call, welcome) = await TestCall.BeginAsync(replica, device);
        await using var _ = call;
        var after = await shop.ScalarAsync<long>("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
        Assert.That(welcome.Verdict, Is.EqualTo(Verdict.Resume));
        Assert.That(welcome.Stream.ToByteArray(), Is.EqualTo(device.Stream.ToByteArray()));
        Assert.That(welcome.Settings, Is.EqualTo(new Settings
        {
            Version = 1, Store = 1, AssignmentVersion = 1, StoreName = "Store 1", Currency = "EUR", TimeZone = "Europe/Berlin", DayCutOffMinutes = 240, DeviceCode = "T1",
        }));
        Assert.That(welcome.Limits, Is.EqualTo(new Limits { BatchEntriesMax = 2_000, BatchBytesMax = 1 << 20, BatchesInFlightMax = 2, PagesInFlightMax = 4 }));
        Assert.That(welcome.ServerTimeMs, Is.InRange(before, after));
        Assert.That(welcome.ReceivedTimeMs, Is.InRange(before - 1_000, welcome.ServerTimeMs));
        Assert.That(welcome.Incarnation, Has.Length.EqualTo(16));
        Assert.That(await shop.ScalarAsync<Guid>("select incarnation_id from incarnation"), Is.EqualTo(new Guid(welcome.Incarnation.Span, bigEndian: true)));
    }

    [TestCase(null, StatusCode.Unauthenticated, "DEVICE_TOKEN_MISSING")]
    [TestCase("erd_wrong", StatusCode.Unauthenticated, "DEVICE_TOKEN_UNKNOWN")]
    [TestCase("", StatusCode.Unauthenticated, "DEVICE_TOKEN_MISSING")]
    public async Task A_call_without_a_devices_token_is_refused(string? token, StatusCode status, string code)
    {
        await using var call = new TestCall(replica, token);
        await FailsAsync(call, status, code);
    }

    [Test]
    public async Task A_revoked_device_is_refused_at_the_call_and_within_its_session()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await shop.ExecuteAsync("update device set state = 'revoked'");
        await call.SendAsync(device.Batch(1, 1));
        Assert.That((await call.NextRefusalAsync()).Code, Is.EqualTo("REVOKED"));
        Assert.That(await call.NextAsync(), Is.Null, "The call ends.");

        await using var next = new TestCall(replica, device.Token);
        await FailsAsync(next, StatusCode.PermissionDenied, "DEVICE_REVOKED");
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.Zero);
    }

    [Test]
    public async Task A_call_begins_with_hello_and_has_one()
    {
        var device = await shop.AddDeviceAsync(1);
        await using (var call = new TestCall(replica, device.Token))
        {
            await call.SendAsync(new DeviceMessage { Resume = new() });
            Assert.That((await call.NextRefusalAsync()).Code, Is.EqualTo("HELLO_EXPECTED"));
        }

        var (begun, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = begun;
        await begun.SendAsync(new DeviceMessage { Hello = device.Hello() });
        Assert.That((await begun.NextRefusalAsync()).Code, Is.EqualTo("MESSAGE_UNEXPECTED"));
    }

    [Test]
    public async Task Bytes_that_are_no_message_and_messages_beyond_the_bound_end_the_call_with_their_code()
    {
        var device = await shop.AddDeviceAsync(1);
        var identity = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "edgeretail.sync.v1.DeviceSync", "Sync", identity, identity);
        using var channel = replica.Connect();
        foreach (var (bytes, status, code) in new[]
        {
            (new byte[] { 0x0A, 0x7F, 1 }, StatusCode.InvalidArgument, "MESSAGE_MALFORMED"),
            (new byte[ProtocolLimits.MessageBytesMax + 1], StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        })
        {
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(new Metadata { { "authorization", $"Bearer {device.Token}" } }));
            Assert.ThrowsAsync<RpcException>(async () =>
            {
                await call.RequestStream.WriteAsync(bytes);
                await call.ResponseStream.MoveNext(CancellationToken.None);
            });
            Assert.That((call.GetStatus().StatusCode, call.GetTrailers().GetValue("edgeretail-code")), Is.EqualTo((status, code)));
        }
    }

    [Test]
    public async Task After_a_refusal_batches_are_discarded_until_the_device_resumes()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 6; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.SendAsync(device.Batch(3, 4));
        await call.SendAsync(device.Batch(5, 6));
        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass, refusal.AppliedThrough), Is.EqualTo(("SEQUENCE_GAP", RetryClass.Rewind, 0UL)));
        Assert.That(refusal.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt(0).ToByteArray()));
        await call.SendAsync(device.Batch(1, 2));
        await call.SendAsync(new DeviceMessage { Resume = new() { FromSequence = 1 } });
        var ack = await call.PushAsync(device.Batch(1, 6));
        Assert.That((ack.AppliedThrough, ack.Dispositions.Count), Is.EqualTo((6UL, 0)), "What came before the Resume was not taken.");
        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task A_batch_that_is_too_large_is_told_the_limit_and_its_half_is_taken()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i <= ProtocolLimits.BatchEntriesMax; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.SendAsync(device.Batch(1, ProtocolLimits.BatchEntriesMax + 1));
        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass, refusal.Limit), Is.EqualTo(("BATCH_TOO_LARGE", RetryClass.Same, (ulong)ProtocolLimits.BatchEntriesMax)));
        await call.SendAsync(new DeviceMessage { Resume = new() { FromSequence = 1 } });
        Assert.That((await call.PushAsync(device.Batch(1, 2_500))).AppliedThrough, Is.EqualTo(2_500));
    }

    [Test]
    public async Task A_batch_of_more_effects_than_a_commit_writes_is_acknowledged_in_parts()
    {
        var device = await shop.AddDeviceAsync(1);
        var lines = Enumerable.Range(0, 1_000).Select(i => ($"P{i}", 1_000L)).ToArray();
        for (var i = 0; i < 7; i++) device.Receive(lines);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var first = await call.PushAsync(device.Batch(1, 7));
        var second = await call.NextAckAsync();
        Assert.That((first.AppliedThrough, second.AppliedThrough), Is.EqualTo((5UL, 7UL)));
        Assert.That(first.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt(5).ToByteArray()));
        Assert.That(await shop.ScalarAsync<string>("select string_agg(effect_count::text, ' ' order by version) from store_commit"), Is.EqualTo("5000 2000"));
        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task A_newer_hello_fences_the_older_session_on_the_same_replica_at_once()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (older, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = older;
        var (newer, ___) = await TestCall.BeginAsync(replica, device);
        await using var ____ = newer;
        Assert.That((await older.NextRefusalAsync()).Code, Is.EqualTo("SESSION_FENCED"));
        Assert.That((await newer.PushAsync(device.Batch(1, 1))).AppliedThrough, Is.EqualTo(1));
    }

    [Test]
    public async Task A_newer_hello_on_another_replica_fences_the_older_sessions_batch()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var (older, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = older;
        var oldBatch = device.Batch(1, 1);
        var (newer, ___) = await TestCall.BeginAsync(other, device);
        await using var ____ = newer;
        await older.SendAsync(oldBatch);
        var refusal = await older.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass), Is.EqualTo(("SESSION_FENCED", RetryClass.Hello)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.Zero, "After a Hello no transaction of an older session commits.");
        Assert.That((await newer.PushAsync(device.Batch(1, 1))).Dispositions, Is.Empty);
    }

    [Test]
    public async Task Under_racing_hellos_and_batches_no_older_session_commits_after_a_newer_hello()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 400; i++) device.Sell();
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var applied = 0L;
        for (var round = 0; round < 8; round++)
        {
            var (older, welcome) = await TestCall.BeginAsync(replica, device);
            applied = (long)welcome.AppliedThrough;
            await using var _ = older;
            for (var i = 0; i < 5; i++) await older.SendAsync(device.Batch(applied + 1 + (i * 5), applied + 5 + (i * 5)));
            var (newer, newWelcome) = await TestCall.BeginAsync(other, device);
            await using var __ = newer;
            Assert.That(await shop.ScalarAsync<long>("select applied_through from stream"), Is.EqualTo((long)newWelcome.AppliedThrough), "What Welcome said still stands.");
            await newer.PushAsync(device.Batch((long)newWelcome.AppliedThrough + 1, (long)newWelcome.AppliedThrough + 3));
        }

        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task A_device_whose_acknowledgement_was_lost_resumes_and_nothing_counts_twice()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 10; i++) device.Sell();
        var (lost, _) = await TestCall.BeginAsync(replica, device);
        await lost.SendAsync(device.Batch(1, 10));
        await Eventually.IsTrue(async () => await shop.ScalarAsync<long>("select applied_through from stream") == 10, "the batch is committed");
        await lost.DisposeAsync();
        var (call, welcome) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        Assert.That(welcome.AppliedThrough, Is.EqualTo(10));
        Assert.That(welcome.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt(10).ToByteArray()));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-10_000));
    }

    [Test]
    public async Task A_ledger_that_was_set_back_or_went_another_way_gets_a_new_stream_and_a_new_receipt_series()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (first, _) = await TestCall.BeginAsync(replica, device);
        var image = device.Copy();
        device.Sell();
        await first.PushAsync(device.Batch(1, 2));
        await first.DisposeAsync();

        var (call, setBack) = await TestCall.BeginAsync(replica, image);
        await call.DisposeAsync();
        Assert.That((setBack.Verdict, setBack.ReasonCode, setBack.ReceiptSeries, setBack.AppliedThrough), Is.EqualTo((Verdict.NewStream, "LEDGER_SET_BACK", "2", 0UL)), "It has 1 of 2 entries.");
        image.Sell("B");
        var (again, forked) = await TestCall.BeginAsync(replica, image);
        await again.DisposeAsync();
        Assert.That((forked.Verdict, forked.ReasonCode, forked.ReceiptSeries), Is.EqualTo((Verdict.NewStream, "STREAM_UNKNOWN", "3")), "The Welcome before it was lost.");

        image.Restamp(StreamId.Read(forked.Stream.Span));
        var (resumed, welcome) = await TestCall.BeginAsync(replica, image);
        await using var __ = resumed;
        Assert.That(welcome.Verdict, Is.EqualTo(Verdict.Resume));
        var ack = await resumed.PushAsync(image.Batch(1, 2));
        Assert.That(ack.AppliedThrough, Is.EqualTo(2));
        Assert.That(ack.Dispositions.Single(), Is.EqualTo(new EntryDisposition { FirstSequence = 1, Count = 1, Kind = DispositionKind.Duplicate }), "The entry that the cloud had is dropped by its id.");
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(3), "Both second entries happened.");
        Assert.That(await shop.ScalarAsync<long>("select count(*) from stream where closed_at_ms is null"), Is.EqualTo(1));
        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task Two_copies_that_fork_each_other_are_both_held_until_a_person_releases_one()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        await PushAllAsync(device);
        var copy = device.Copy();
        device.Sell();
        copy.Sell("B");
        await PushAllAsync(device);
        await PushAllAsync(copy);
        device.Sell();
        await PushAllAsync(device);
        copy.Sell("B");
        Assert.That((await RefusedAsync(copy)).Code, Is.EqualTo("CLONE_SUSPECTED"));
        Assert.That((await RefusedAsync(device)).Code, Is.EqualTo("CLONE_SUSPECTED"), "Nobody can tell which is the right one.");
        Assert.That(await shop.ScalarAsync<string>("select held_reason from device"), Does.Contain("3 forks"));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(4), "What was sent before stands.");

        await using (var context = shop.Context())
            Assert.That(await new DeviceRegistry(context, SecretSource.OfTheSystem, TimeProvider.System).ReleaseAsync("T1", CancellationToken.None), Is.InstanceOf<DeviceRelease.Released>());
        device.Sell();
        await PushAllAsync(device);
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(5));
        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task A_copy_that_is_enrolled_anew_brings_what_it_recorded_under_its_old_name()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        await PushAllAsync(device);
        var copy = device.Copy();
        copy.Sell("B");
        var successor = await shop.AddDeviceAsync(1, successorOf: "T1");
        foreach (var entry in copy.Entries) successor.Append(entry);
        successor.Sell("C");
        await PushAllAsync(successor);
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal where quarantine_code is null"), Is.EqualTo(3));
        Assert.That(await shop.OnHandAsync(1, "B"), Is.EqualTo(-1000));
        await JournalProof.HoldsAsync(shop);
    }

    /// <summary>As a device does it: a new stream if the cloud says so, then everything up.</summary>
    async Task PushAllAsync(TestDevice device)
    {
        var (call, welcome) = await TestCall.BeginAsync(replica, device);
        await using var _ = call;
        if (welcome.Verdict == Verdict.NewStream) device.Restamp(StreamId.Read(welcome.Stream.Span));
        await call.PushAsync(device.Batch((long)welcome.AppliedThrough + 1, device.LastSequence));
    }

    [Test]
    public async Task A_database_that_was_set_back_past_hellos_adopts_the_session_number_and_the_device_rewinds()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 4; i++) device.Sell();
        for (var i = 0; i < 3; i++)
        {
            var (call, _) = await TestCall.BeginAsync(replica, device);
            if (i == 2) await call.PushAsync(device.Batch(1, 4));
            await call.DisposeAsync();
        }

        await shop.ExecuteAsync($"""
            delete from effect; delete from journal; delete from stock; delete from store_commit; update store_head set version = 0, hash = decode(repeat('00', 32), 'hex'), checksum = decode(repeat('00', 16), 'hex');
            delete from stream;
            update device set session_number = 1, last_used_session = 0, last_effective_time = 0;
            """);
        var (after, welcome) = await TestCall.BeginAsync(replica, device);
        await using var __ = after;
        Assert.That(welcome.AppliedThrough, Is.Zero);
        Assert.That(await shop.ScalarAsync<long>("select session_number from device"), Is.EqualTo(4));
        Assert.That((await after.PushAsync(device.Batch(1, 4))).AppliedThrough, Is.EqualTo(4));
        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task A_replica_with_other_keys_takes_the_device_as_if_it_had_no_token()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await call.PushAsync(device.Batch(1, 1));
        await call.DisposeAsync();
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other", new SessionKeyset(9, [new(9, new byte[32], DateTimeOffset.UnixEpoch)]));
        var (next, welcome) = await TestCall.BeginAsync(other, device);
        await using var __ = next;
        Assert.That(welcome.AppliedThrough, Is.EqualTo(1));
    }

    [Test]
    public async Task A_cursor_of_another_history_opens_the_session_and_names_the_feed()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (call, welcome) = await TestCall.BeginAsync(replica, device, device.Hello(storeCursor: 7, storeHash: new byte[32]));
        await using var _ = call;
        Assert.That((welcome.Verdict, welcome.Resync.Single()), Is.EqualTo((Verdict.Resume, FeedKind.Store)));
        Assert.That((await call.PushAsync(device.Batch(1, 1))).AppliedThrough, Is.EqualTo(1), "What was sold goes up meanwhile.");
    }

    [Test]
    public async Task A_protocol_that_this_service_does_not_speak_is_told_so()
    {
        var device = await shop.AddDeviceAsync(1);
        var hello = device.Hello();
        (hello.ProtocolMin, hello.ProtocolMax) = (2, 9);
        await using var call = new TestCall(replica, device.Token);
        await call.SendAsync(new DeviceMessage { Hello = hello });
        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass), Is.EqualTo(("PROTOCOL_UNSUPPORTED", RetryClass.Upgrade)));
    }

    [Test]
    public async Task A_replica_that_stops_sends_its_devices_elsewhere_and_acknowledges_what_it_committed()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 3; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.PushAsync(device.Batch(1, 3));
        var stopping = replica.StopAsync();
        var answer = await call.NextAnswerAsync();
        Assert.That(answer.Directive?.Reconnect, Is.Not.Null, $"{answer}");
        await call.CloseAsync();
        Assert.That(await call.EndAsync(), Is.EqualTo(StatusCode.OK));
        await stopping;
        Assert.That(await shop.ScalarAsync<bool>("select connected from device_status"), Is.False);
    }

    [Test]
    public async Task A_batch_that_is_under_way_when_the_replica_stops_is_acknowledged_before_the_device_leaves()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 3; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var stopping = replica.StopAsync();
        Assert.That((await call.NextAnswerAsync()).Directive, Is.Not.Null);
        Assert.That((await call.PushAsync(device.Batch(1, 3))).AppliedThrough, Is.EqualTo(3));
        await call.CloseAsync();
        Assert.That(await call.EndAsync(), Is.EqualTo(StatusCode.OK));
        await stopping;
    }

    [Test]
    public async Task Who_calls_a_replica_that_stops_is_sent_away_at_once()
    {
        var (first, second) = (await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1));
        var (staying, _) = await TestCall.BeginAsync(replica, first);
        await using var __ = staying;
        var stopping = replica.StopAsync();
        Assert.That((await staying.NextAnswerAsync()).Directive, Is.Not.Null);
        var (late, _) = await TestCall.BeginAsync(replica, second);
        await using (late)
        {
            Assert.That((await late.NextAnswerAsync()).Directive, Is.Not.Null);
            await late.CloseAsync();
            Assert.That(await late.EndAsync(), Is.EqualTo(StatusCode.OK));
        }

        Assert.That(stopping.IsCompleted, Is.False, "it waits for the one that was there");
        await staying.CloseAsync();
        await stopping;
    }

    [Test]
    public async Task A_device_that_does_not_leave_keeps_no_replica_from_stopping()
    {
        var device = await shop.AddDeviceAsync(1);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var stopping = replica.StopAsync();
        Assert.That((await call.NextAnswerAsync()).Directive, Is.Not.Null);
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task A_database_that_goes_away_costs_a_retry_and_not_the_call()
    {
        var real = new NpgsqlConnectionStringBuilder(shop.ConnectionString);
        await using var proxy = new TcpProxy(real.Port);
        var through = new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Port = proxy.Port, Timeout = 2 };
        await using var cut = await TestReplica.StartAsync(through.ConnectionString, "cut");
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 4; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(cut, device);
        await using var __ = call;
        await call.PushAsync(device.Batch(1, 1));

        proxy.Refuse();
        await call.SendAsync(device.Batch(2, 2));
        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass), Is.EqualTo(("DATABASE_UNAVAILABLE", RetryClass.Same)));
        Assert.That(refusal.RetryAfterMs, Is.InRange(1_000, 2_000));
        await using (var another = new TestCall(cut, device.Token))
        {
            var failure = Assert.ThrowsAsync<RpcException>(async () => await another.NextAsync())!;
            Assert.That((failure.StatusCode, failure.Trailers.GetValue("edgeretail-code")), Is.EqualTo((StatusCode.Unavailable, "DATABASE_UNAVAILABLE")));
            Assert.That(failure.Trailers.GetValue("edgeretail-retry-after-ms"), Is.Not.Null);
        }

        proxy.Heal();
        await call.SendAsync(new DeviceMessage { Resume = new() { FromSequence = 2 } });
        Assert.That((await call.PushAsync(device.Batch(2, 4))).AppliedThrough, Is.EqualTo(4));
        await call.PageThroughAsync(4);
        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task Status_says_what_the_device_said_and_whether_it_is_connected()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await call.PushAsync(device.Batch(1, 1));
        await call.PageThroughAsync(1);
        await call.SendAsync(new DeviceMessage { Status = new() { LastSequence = 9, Outbox = new() { Count = 8, OldestWallTimeMs = 77 }, PendingCount = 5, DiskFreeBytes = 123, CacheDriftCount = 2 } });
        await using var context = shop.Context();
        await Eventually.IsTrue(() => context.DeviceStatuses.AnyAsync(row => row.PendingCount == 5 && row.StoreCursor == 1), "the report is written");
        var status = await context.DeviceStatuses.AsNoTracking().SingleAsync();
        Assert.That((status.Connected, status.Replica, status.SessionNumber), Is.EqualTo((true, "replica", 1L)));
        Assert.That((status.LastSequence, status.OutboxCount, status.OutboxOldestMs, status.DiskFreeBytes, status.CacheDriftCount), Is.EqualTo((9L, 8L, (long?)77, (long?)123, 2L)));
        Assert.That((status.SoftwareVersion, status.LastRefusalCode), Is.EqualTo(("test", (string?)null)));
        await call.DisposeAsync();
        await Eventually.IsTrue(() => context.DeviceStatuses.AnyAsync(row => !row.Connected), "the end of the session is written");
        status = await context.DeviceStatuses.AsNoTracking().SingleAsync();
        Assert.That((status.PendingCount, status.StoreCursor), Is.EqualTo((5L, 1L)), "What it said last stays.");
    }

    [Test]
    public async Task A_session_that_ended_elsewhere_later_does_not_say_that_the_newer_one_is_gone()
    {
        var device = await shop.AddDeviceAsync(1);
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var (older, _) = await TestCall.BeginAsync(replica, device);
        var (newer, __) = await TestCall.BeginAsync(other, device);
        await using var ___ = newer;
        await other.Services.GetRequiredService<DeviceStatusWriter>().FlushAsync(CancellationToken.None);
        await older.DisposeAsync();
        await Eventually.IsTrue(() => replica.Services.GetRequiredService<SessionRegistry>().Count == 0, "the older session has ended");
        await replica.Services.GetRequiredService<DeviceStatusWriter>().FlushAsync(CancellationToken.None);
        await using var context = shop.Context();
        var status = await context.DeviceStatuses.AsNoTracking().SingleAsync();
        Assert.That((status.Connected, status.Replica, status.SessionNumber), Is.EqualTo((true, "other", 2L)));
    }

    [Test]
    public async Task Devices_of_one_database_only_know_one_incarnation_until_the_server_is_another()
    {
        var keeper = replica.Services.GetRequiredService<IncarnationKeeper>();
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? keeper : other.Services.GetRequiredService<IncarnationKeeper>()).CurrentAsync(CancellationToken.None)));
        Assert.That(seen.Distinct(), Has.Exactly(1).Items);
        await shop.ExecuteAsync("update incarnation set timeline = timeline - 1");
        var next = await keeper.CurrentAsync(CancellationToken.None);
        Assert.That(next, Is.Not.EqualTo(seen[0]));
        Assert.That(await keeper.CurrentAsync(CancellationToken.None), Is.EqualTo(next));
    }

    static async Task FailsAsync(TestCall call, StatusCode status, string code)
    {
        var failure = Assert.ThrowsAsync<RpcException>(async () => await call.NextAsync())!;
        Assert.That((failure.StatusCode, failure.Trailers.GetValue("edgeretail-code")), Is.EqualTo((status, code)));
        await Task.CompletedTask;
    }

    async Task<Refusal> RefusedAsync(TestDevice device)
    {
        await using var call = new TestCall(replica, device.Token);
        await call.SendAsync(new DeviceMessage { Hello = device.Hello() });
        return await call.NextRefusalAsync();
    }
}
