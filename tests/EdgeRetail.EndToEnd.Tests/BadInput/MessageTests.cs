using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EndToEnd.Tests.Harness;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRetail.EndToEnd.Tests.BadInput;

/// <summary>What no agent sends: the cloud refuses it by a bound or a code, goes on serving, and stores nothing of it.</summary>
public sealed class MessageTests
{
    Shop? opened;
    Kiosk kiosk = null!;
    Impostor device = null!;

    /// <summary>One cloud for all tests, each with a store and a device of its own; a test that failed takes it with it.</summary>
    Shop Shop => opened!;

    [SetUp]
    public async Task Sell_offline()
    {
        opened ??= await Harness.Shop.OpenAsync();
        kiosk = await Shop.AddKioskAsync(Shop.NextStore(), start: false);
        kiosk.Link.Refuse();
        await kiosk.StartAsync();
        await kiosk.SellUnknownAsync(4);
        await kiosk.StopAsync();
        device = new(Shop, kiosk);
    }

    [TearDown]
    public async Task Agree()
    {
        try
        {
            Assert.That(Shop.Replica.Process.HasExited, Is.False, "the replica goes on");
            Assert.That(Shop.Replica.Process.Use()!.PeakResidentBytes, Is.LessThan(600L * 1024 * 1024), "and its memory stays within bounds");
            await Shop.DrainAsync();
            Assert.That(await Shop.JournalCountAsync(kiosk.Store), Is.EqualTo(4));
            await Shop.CheckAsync();
        }
        finally
        {
            opened = await Shop.RetireOrCloseAsync(kiosk);
        }
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (opened is not null) await opened.DisposeAsync();
    }

    [Test]
    public async Task A_batch_before_hello_is_refused()
    {
        await using var call = device.Open();
        await call.SendAsync(new Batch { FirstSequence = 1 });
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("HELLO_EXPECTED"));
    }

    [Test]
    public async Task A_second_hello_on_the_same_call_is_refused()
    {
        var (call, _) = await device.ResumedAsync();
        await using var __ = call;
        await call.SendAsync(new DeviceMessage { Hello = device.Hello() });
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("MESSAGE_UNEXPECTED"));
    }

    [Test]
    public async Task A_message_of_no_known_kind_is_a_newer_devices_and_passed_over()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(new DeviceMessage());
        await call.SendAsync(device.Batch(welcome, 1, 4));
        Assert.That((await call.AckAsync()).AppliedThrough, Is.EqualTo(4));
    }

    [Test]
    public async Task An_unsupported_protocol_is_refused_as_upgrade()
    {
        await using var call = device.Open();
        var hello = device.Hello();
        (hello.ProtocolMin, hello.ProtocolMax) = (77, 78);
        await call.SendAsync(new DeviceMessage { Hello = hello });
        var refusal = await call.RefusalAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Code, Is.EqualTo("PROTOCOL_UNSUPPORTED"));
            Assert.That(refusal.RetryClass, Is.EqualTo(RetryClass.Upgrade));
        }
    }

    [Test]
    public async Task A_batch_of_too_many_entries_is_refused_with_the_bound()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, Enumerable.Repeat<byte[]>([1], ProtocolLimits.BatchEntriesMax + 1)));
        var refusal = await call.RefusalAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal.Code, Is.EqualTo("BATCH_TOO_LARGE"));
            Assert.That(refusal.Limit, Is.Positive);
        }
    }

    [Test]
    public async Task A_batch_of_too_many_bytes_is_refused_with_the_bound()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        await call.SendAsync(device.Batch(welcome, 1, Enumerable.Repeat(new byte[200_000], 10)));
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("BATCH_TOO_LARGE"));
    }

    [Test]
    public async Task A_sequence_far_in_the_future_is_a_gap_and_costs_nothing()
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        var batch = device.Batch(welcome, 1, 4);
        batch.FirstSequence = 1_000_000_000_000;
        await call.SendAsync(batch);
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("SEQUENCE_GAP"));
    }

    [TestCase(0UL)]
    [TestCase(ulong.MaxValue)]
    public async Task A_sequence_that_is_none_is_refused(ulong sequence)
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        var batch = device.Batch(welcome, 1, 4);
        batch.FirstSequence = sequence;
        await call.SendAsync(batch);
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("MESSAGE_INVALID"));
    }

    [TestCase(0)]
    [TestCase(31)]
    [TestCase(33)]
    public async Task A_chain_hash_of_another_length_is_refused(int length)
    {
        var (call, welcome) = await device.ResumedAsync();
        await using var _ = call;
        var batch = device.Batch(welcome, 1, 4);
        batch.ChainBefore = ByteString.CopyFrom(new byte[length]);
        await call.SendAsync(batch);
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("MESSAGE_INVALID"));
    }

    [TestCase(FeedKind.Unspecified, 1UL)]
    [TestCase((FeedKind)77, 1UL)]
    [TestCase(FeedKind.Store, (ulong)long.MaxValue + 1)]
    public async Task A_page_that_nobody_sent_is_not_counted_as_applied(FeedKind feed, ulong version)
    {
        var (call, _) = await device.ResumedAsync();
        await using var __ = call;
        await call.SendAsync(new DeviceMessage { PageApplied = new() { Feed = feed, Version = version } });
        Assert.That((await call.RefusalAsync()).Code, Is.EqualTo("MESSAGE_INVALID"));
    }

    [Test]
    public async Task A_message_over_the_bound_ends_the_call_with_resource_exhausted()
    {
        await using var call = device.Open();
        var hello = device.Hello();
        hello.HardwareFingerprint = new('x', ProtocolLimits.MessageBytesMax + 1);
        await call.SendAsync(new DeviceMessage { Hello = hello });
        Assert.That((await call.EndAsync()).Status, Is.EqualTo(StatusCode.ResourceExhausted));
    }

    [Test]
    public async Task A_gzip_bomb_ends_the_call_with_resource_exhausted()
    {
        using var raw = new RawGrpc(Shop.Replica, device.DeviceToken);
        var (status, _) = await raw.PostAsync(RawGrpc.Frame(RawGrpc.Gzip(256L * 1024 * 1024), compressed: true));
        Assert.That(status, Is.EqualTo((int)StatusCode.ResourceExhausted));
    }

    [Test]
    public async Task A_length_that_nothing_follows_costs_no_memory()
    {
        using var raw = new RawGrpc(Shop.Replica, device.DeviceToken);
        var before = Shop.Replica.Process.Use()!.ResidentBytes;
        for (var i = 0; i < 5; i++)
        {
            var (status, _) = await raw.PostAsync(RawGrpc.Frame([1, 2, 3], claimedLength: uint.MaxValue));
            Assert.That(status, Is.AnyOf((int)StatusCode.OK, (int)StatusCode.InvalidArgument, (int)StatusCode.ResourceExhausted), "the call ends, whatever it is called");
        }

        Assert.That(Shop.Replica.Process.Use()!.ResidentBytes - before, Is.LessThan(256L << 20), "of the four gigabytes nothing is set aside");
    }

    [Test]
    public async Task Bytes_that_are_no_message_are_refused_and_do_not_reach_the_journal([Values(1, 2, 3)] int seed)
    {
        var random = Seeds.Random(seed);
        using var raw = new RawGrpc(Shop.Replica, device.DeviceToken);
        var hello = new DeviceMessage { Hello = device.Hello() }.ToByteArray();
        var malformed = 0;
        for (var i = 0; i < 60; i++)
        {
            byte[] bytes;
            if (i % 2 == 0)
            {
                bytes = new byte[random.Next(1, 2000)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = [.. hello];
                for (var flip = 0; flip < 1 + (i % 8); flip++) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            var (status, code) = await raw.PostAsync(RawGrpc.Frame(bytes, compressed: random.Next(10) == 0));
            Assert.That(status, Is.EqualTo((int)StatusCode.OK).Or.EqualTo((int)StatusCode.InvalidArgument), $"round {i}: {Convert.ToHexString(bytes)}");
            if (status != (int)StatusCode.OK) Assert.That(code, Is.EqualTo("MESSAGE_MALFORMED"));
            malformed += status == (int)StatusCode.OK ? 0 : 1;
        }

        Assert.That(malformed, Is.GreaterThan(10), "most of it is no message");
    }
}
