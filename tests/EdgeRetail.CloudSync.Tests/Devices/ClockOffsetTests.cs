using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Sync.V1;
using ClockQuality = EdgeRetail.Contracts.Entries.ClockQuality;

namespace EdgeRetail.CloudSync.Tests.Devices;

/// <summary>What device and cloud agree about the device's wall clock, and what entries count by it.</summary>
public sealed class ClockOffsetTests() : ReplicaFixture(1)
{
    /// <summary>The boot of the entries of <see cref="TestDevice"/>.</summary>
    const ulong Boot = 42;

    [TestCase(-1_790_000_000_000L, TestName = "A device at 1970 gets right times")]
    [TestCase(2_400_000_000_000L, TestName = "A device at 2102 gets right times")]
    public async Task Entries_count_by_the_offset_that_was_measured_at_the_session(long offset)
    {
        var device = await shop.AddDeviceAsync(1);
        var soldAt = Now();
        Sell(device, soldAt + offset);
        Sell(device, soldAt + offset + 1);
        var call = await BeginAsync(device, soldAt + offset, new() { BootId = Boot, OffsetMs = offset, ErrorMs = 3 });
        await using (call) await call.PushAsync(device.Batch(1, 2));
        Assert.That(await TimesAsync(), Is.EqualTo($"{soldAt} 2, {soldAt + 1} 2"), "as it was, and known as corrected");
        Assert.That(await shop.ScalarAsync<long>("select count(*) from clock_offset"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_first_offset_of_a_boot_stays_and_is_told_at_Welcome()
    {
        var device = await shop.AddDeviceAsync(1);
        await using (await BeginAsync(device, Now() + 5_000, new() { BootId = Boot, OffsetMs = 5_000, ErrorMs = 3 })) await Eventually(1);
        var (call, welcome) = await TestCall.BeginAsync(replica, device, Hello(device, Now() + 7_000, new OffsetRecord { BootId = Boot, OffsetMs = 7_000, ErrorMs = 1 }));
        await using (call) Assert.That(welcome.Offset, Is.EqualTo(new OffsetRecord { BootId = Boot, OffsetMs = 5_000, ErrorMs = 3 }));
    }

    [Test]
    public async Task A_cloud_that_was_set_back_takes_the_offsets_from_the_device_and_finds_the_same_times()
    {
        var device = await shop.AddDeviceAsync(1);
        var record = new OffsetRecord { BootId = Boot, OffsetMs = 5_000, ErrorMs = 3 };
        var earlier = new OffsetRecord { BootId = 41, OffsetMs = -86_400_000, ErrorMs = 3 };
        Sell(device, Now() + 4_000);
        await using (var call = await BeginAsync(device, Now() + 5_000, record)) await call.PushAsync(device.Batch(1, 1));
        var times = await TimesAsync();

        await shop.ExecuteAsync("delete from journal; delete from effect; delete from store_commit; delete from clock_offset; update device set last_effective_time = 0");
        await shop.ExecuteAsync($"update stream set applied_through = 0, applied_chain = decode('{Convert.ToHexString(device.ChainAt(0).ToByteArray())}', 'hex'); update store_head set version = 0");
        var (again, welcome) = await TestCall.BeginAsync(replica, device, Hello(device, Now() + 5_000, record, earlier));
        await using (again)
        {
            Assert.That(welcome.Offset, Is.EqualTo(record), "adopted");
            await again.PushAsync(device.Batch(1, 1));
        }

        Assert.That(await TimesAsync(), Is.EqualTo(times));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from clock_offset"), Is.EqualTo(2));
    }

    [TestCase(0L, 5_001UL, TestName = "An offset that is not exact enough is not agreed")]
    [TestCase(3_600_000L, 3UL, TestName = "An offset that Hello's own wall time contradicts is not agreed")]
    [TestCase(long.MinValue, 3UL, TestName = "An offset that is no clock's is not agreed")]
    public async Task What_cannot_be_is_not_believed(long offset, ulong error)
    {
        var device = await shop.AddDeviceAsync(1);
        Sell(device, Now());
        await using (var call = await BeginAsync(device, Now(), new() { BootId = Boot, OffsetMs = offset, ErrorMs = error })) await call.PushAsync(device.Batch(1, 1));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from clock_offset"), Is.Zero);
    }

    static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    static void Sell(TestDevice device, long wallMs)
    {
        var header = device.NextHeader();
        device.Append(new EdgeRetail.Contracts.Entries.GoodsReceived(
            new EntryHeader(
                header.Store, 1, device.Device, "ann", new HybridTimestamp(Math.Max(0, wallMs), 0), DateTimeOffset.FromUnixTimeMilliseconds(wallMs), Boot, 1, ClockQuality.Untrusted, header.BusinessDate, "2026a"),
            "delivery", [new(EdgeRetail.Contracts.Identifiers.ProductCode.Parse("A"), new(1000, EdgeRetail.Contracts.Entries.Unit.Each))]));
    }

    static Hello Hello(TestDevice device, long wallMs, params OffsetRecord[] offsets)
    {
        var hello = device.Hello();
        (hello.BootId, hello.WallTimeMs) = (Boot, wallMs);
        hello.Offsets.AddRange(offsets);
        return hello;
    }

    /// <summary>A session whose Resume brings what was measured at its Welcome.</summary>
    async Task<TestCall> BeginAsync(TestDevice device, long wallMs, OffsetRecord measured)
    {
        var (call, welcome) = await TestCall.BeginAsync(replica, device, Hello(device, wallMs));
        Assert.That(welcome.Offset, Is.Null);
        await call.SendAsync(new DeviceMessage { Resume = new() { FromSequence = welcome.AppliedThrough + 1, Offset = measured } });
        return call;
    }

    Task<string> TimesAsync() => shop.ScalarAsync<string>("select string_agg((effective_time >> 16) || ' ' || effective_time_source, ', ' order by effective_time) from journal");

    Task Eventually(long offsets) =>
        TestKit.Eventually.IsTrue(async () => await shop.ScalarAsync<long>("select count(*) from clock_offset") == offsets, "the offset is kept");
}
