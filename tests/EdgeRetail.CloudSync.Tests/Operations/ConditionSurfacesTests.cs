using System.Text.Json;
using EdgeRetail.CloudSync.Tests.Cli;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Operations;

/// <summary>The states that a person should know of, on every surface in the same words: made by real sessions, and by SQL where a session would take days.</summary>
public sealed class ConditionSurfacesTests
{
    TestShop shop = null!;
    TestReplica replica = null!;
    OperatorsSite site = null!;

    [SetUp]
    public async Task StartAsync()
    {
        shop = await TestShop.OpenAsync(1);
        replica = await TestReplica.StartAsync(shop.ConnectionString);
        site = await OperatorsSite.StartAsync(shop.ConnectionString);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await site.DisposeAsync();
        await replica.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task A_held_device_is_told_with_its_way_out_on_every_surface()
    {
        var device = await shop.AddDeviceAsync(1);
        await shop.ExecuteAsync("update device set state = 'held', held_reason = 'Two boots take turns.', held_at_ms = 1");

        var condition = (await DeviceAsync(device)).GetProperty("conditions")[0];
        Assert.That((condition.GetProperty("code").GetString(), condition.GetProperty("tone").GetString()), Is.EqualTo(("CLONE_SUSPECTED", "bad")));
        var page = await site.Client.GetStringAsync($"/devices/{device.Device.Value}");
        Assert.That(page, Does.Contain("Held: clone suspected. Two boots take turns.").And.Contain("cloud-sync device release T1"));
        Assert.That(await site.Client.GetStringAsync("/devices"), Does.Contain("Held: clone suspected. Two boots take turns."));
        Assert.That((await site.GetAsync("/api/v1/sync/summary")).GetProperty("deviceConditions").GetProperty("held").GetInt32(), Is.EqualTo(1));
        Assert.That(await site.Client.GetStringAsync("/"), Does.Contain("1 device is held: clone suspected."));
    }

    [Test]
    public async Task A_device_whose_entries_the_cloud_forgot_is_rewinding_until_they_are_there_again()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 5; i++) device.Sell();
        var hello = device.Hello();
        hello.AcknowledgedThrough = 4;
        var (call, _) = await TestCall.BeginAsync(replica, device, hello);
        await using var __ = call;
        await ConditionAsync(device, "REWINDING");
        Assert.That((await site.GetAsync("/api/v1/sync/summary")).GetProperty("deviceConditions").GetProperty("rewinding").GetInt32(), Is.EqualTo(1));

        await call.PushAsync(device.Batch(1, 5));
        Assert.That((await DeviceAsync(device)).GetProperty("conditions").GetArrayLength(), Is.Zero);
        Assert.That((await site.GetAsync("/api/v1/sync/summary")).GetProperty("deviceConditions").GetProperty("rewinding").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task A_clock_that_is_off_and_a_cache_that_is_read_anew_are_counted_and_told()
    {
        var device = await shop.AddDeviceAsync(1);
        var hello = device.Hello();
        hello.WallTimeMs = DateTimeOffset.UtcNow.AddYears(76).ToUnixTimeMilliseconds();
        var (call, _) = await TestCall.BeginAsync(replica, device, hello);
        await using var __ = call;
        await call.SendAsync(new DeviceMessage { Status = new() { ResyncRows = 120, ResyncRowsTotal = 3_000, Conditions = { new DeviceCondition { Code = "DISK_FULL", Message = "Cannot record, stop selling." } } } });

        await ConditionAsync(device, "DISK_FULL");
        var codes = (await DeviceAsync(device)).GetProperty("conditions").EnumerateArray().Select(condition => condition.GetProperty("code").GetString());
        Assert.That(codes, Is.EqualTo(new[] { "DISK_FULL", "RESYNCING", "CLOCK_AHEAD" }));
        var counts = (await site.GetAsync("/api/v1/sync/summary")).GetProperty("deviceConditions");
        Assert.That((counts.GetProperty("resyncing").GetInt32(), counts.GetProperty("clockOff").GetInt32(), counts.GetProperty("reportsTrouble").GetInt32()), Is.EqualTo((1, 1, 1)));
        Assert.That(await site.Client.GetStringAsync("/"), Does.Contain("1 device reports trouble of its own."));
        Assert.That(await site.Client.GetStringAsync($"/devices/{device.Device.Value}"), Does.Contain("Re-syncing 120 of 3,000 rows of its cache.").And.Contain("ahead by 76 years"));
    }

    [Test]
    public async Task A_device_that_was_cut_off_while_it_rewinds_is_rewinding_in_its_next_session_too()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 5; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.SendAsync(new DeviceMessage { Status = new() { LastSequence = 5, RewindsThrough = 4 } });
        await ConditionAsync(device, "REWINDING");
        await call.PushAsync(device.Batch(1, 4));
        Assert.That((await DeviceAsync(device)).GetProperty("conditions").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_clock_that_is_set_right_within_a_session_is_right()
    {
        var device = await shop.AddDeviceAsync(1);
        var hello = device.Hello();
        hello.WallTimeMs = DateTimeOffset.UtcNow.AddYears(-56).ToUnixTimeMilliseconds();
        var (call, _) = await TestCall.BeginAsync(replica, device, hello);
        await using var __ = call;
        await ConditionAsync(device, "CLOCK_BEHIND");
        await call.SendAsync(new DeviceMessage { Status = new() { WallTimeMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() } });
        await Eventually.IsTrue(async () => (await DeviceAsync(device)).GetProperty("conditions").GetArrayLength() == 0, "the clock is right");
    }

    [Test]
    public async Task The_history_of_streams_tells_why_each_was_opened_and_what_is_lost()
    {
        var device = await shop.AddDeviceAsync(1);
        await shop.ExecuteAsync("update stream set opened_because = 'CLOUD_LOST_DURABLE', reason = 'The cloud lost entries.', hole_first = 10, hole_last = 20");

        var stream = (await site.GetAsync($"/api/v1/devices/{device.Device.Value}")).GetProperty("streams")[0];
        Assert.That(
            (stream.GetProperty("openedBecause").GetString(), stream.GetProperty("reason").GetString(), stream.GetProperty("holeFirst").GetInt64(), stream.GetProperty("holeLast").GetInt64()),
            Is.EqualTo(("CLOUD_LOST_DURABLE", "The cloud lost entries.", 10L, 20L)));
        Assert.That((await site.GetAsync("/api/v1/sync/summary")).GetProperty("deviceConditions").GetProperty("lostDurable").GetInt32(), Is.EqualTo(1));
        Assert.That(await site.Client.GetStringAsync($"/devices/{device.Device.Value}"), Does.Contain("CLOUD_LOST_DURABLE").And.Contain("Lost: 10 to 20."));
    }

    [Test]
    public async Task What_durable_means_here_is_said_and_that_it_is_assumed()
    {
        await Eventually.IsTrue(async () => (await site.GetAsync("/api/v1/sync/summary")).GetProperty("durability").GetProperty("mode").ValueKind != JsonValueKind.Null, "the mode is known");
        var durability = (await site.GetAsync("/api/v1/sync/summary")).GetProperty("durability");
        Assert.That(
            (durability.GetProperty("mode").GetString(), durability.GetProperty("words").GetString(), durability.GetProperty("isObserved").GetBoolean()),
            Is.EqualTo(("age:14d", "durable: assumed after 14 days", false)));
        Assert.That(await site.Client.GetStringAsync("/"), Does.Contain("durable: assumed after 14 days, nothing published yet; not observed"));
    }

    [Test]
    public async Task The_command_line_lists_every_state_with_what_to_do()
    {
        foreach (var _ in Enumerable.Range(0, 3)) await shop.AddDeviceAsync(1);
        await shop.ExecuteAsync(
            """
            set session_replication_role = replica;
            update stream s set device_id = 1000000000 + substr(d.device_code, 2)::int from device d where d.device_id = s.device_id;
            update device_assignment s set device_id = 1000000000 + substr(d.device_code, 2)::int from device d where d.device_id = s.device_id;
            update device set device_id = 1000000000 + substr(device_code, 2)::int;
            set session_replication_role = default;
            update device set state = 'held', held_reason = '4 forks in a day, by two machines taking turns.' where device_code = 'T1';
            update stream s set opened_because = 'CLOUD_LOST_DURABLE', hole_first = 10, hole_last = 20 from device d where d.stream_id = s.stream_id and d.device_code = 'T2';
            insert into device_status (device_id, session_number, replica, connected, confirmed_at_ms, last_heard_at_ms, last_sequence, outbox_count, pending_count, store_cursor, catalogue_cursor,
                software_version, cache_drift_count, resync_rows, resync_rows_total, durable_through, oldest_retained, clock_offset_ms)
            select device_id, 1, '', false, 0, 0, 0, 0, 0, 0, 0, 'test', 0, 120, 3000, 0, 0, -12000 from device where device_code = 'T3';
            """);
        using var folder = new TemporaryDirectory();
        await File.WriteAllTextAsync(folder["connection"], shop.ConnectionString);

        var list = await CommandRun.OfAsync("device", "list", "--database-file", folder["connection"]);

        Assert.That(list.ExitCode, Is.Zero);
        Assert.That(list.Output.Split('\n').Max(line => line.Length), Is.AtMost(80));
        Approved.Verify(list.Output, "DeviceList");
    }

    async Task<JsonElement> DeviceAsync(TestDevice device) => (await site.GetAsync($"/api/v1/devices/{device.Device.Value}")).GetProperty("device");

    Task ConditionAsync(TestDevice device, string code) => Eventually.IsTrue(
        async () => (await DeviceAsync(device)).GetProperty("conditions").EnumerateArray().Any(condition => condition.GetProperty("code").GetString() == code), $"{code} is shown");
}
