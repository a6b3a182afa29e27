using EdgeRetail.CloudSync.Durability;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Durability;

public sealed class DurableMarksTests
{
    static readonly DurabilityMode Fortnight = new DurabilityMode.Age(TimeSpan.FromDays(14));

    TestShop shop = null!;
    TestReplica replica = null!;

    [SetUp]
    public async Task StartAsync()
    {
        shop = await TestShop.OpenAsync(1);
        // Publishes nothing within a test: the steps are done by hand.
        replica = await TestReplica.StartAsync(shop.ConnectionString, durability: new(Fortnight) { Interval = TimeSpan.FromHours(1) });
    }

    [TearDown]
    public async Task StopAsync()
    {
        await replica.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task By_age_a_mark_is_published_when_the_databases_clock_says_so()
    {
        var device = await SoldAsync(3);
        await StepsAsync(marks => marks.TakeAsync(CancellationToken.None));
        Assert.That(await PublishAsync(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(5)), Is.False);
        Assert.That(await DurableAsync(device), Is.Zero);
        Assert.That(await PublishAsync(TimeSpan.FromDays(14)), Is.True);
        Assert.That(await DurableAsync(device), Is.EqualTo(3));
    }

    [Test]
    public async Task What_was_published_reaches_the_device_by_acknowledgement_page_and_Welcome()
    {
        var device = await SoldAsync(3);
        await PublishAllAsync();
        device.Sell();
        var (call, welcome) = await TestCall.BeginAsync(replica, device);
        await using (call)
        {
            Assert.That(welcome.DurableThrough, Is.EqualTo(3));
            Assert.That((await call.PushAsync(device.Batch(4, 4))).DurableThrough, Is.EqualTo(3));
            Assert.That((await call.PageThroughAsync(4)).Marker, Is.EqualTo(new OwnMarker { AppliedThrough = 4, AppliedChain = call.Pages[^1].Marker.AppliedChain, DurableThrough = 3 }));
            Assert.That((await call.PushAsync(device.Batch(2, 4))).DurableThrough, Is.EqualTo(3), "also where nothing is new");
        }
    }

    [Test]
    public async Task A_mark_holds_only_streams_that_have_moved()
    {
        await SoldAsync(2);
        var second = await SoldAsync(1);
        await StepsAsync(marks => marks.TakeAsync(CancellationToken.None));
        Assert.That(await StepsAsync(marks => marks.TakeAsync(CancellationToken.None)), Is.Null, "nothing moved since");
        second.Sell();
        await PushAsync(second, 2, 2);
        var third = await StepsAsync(marks => marks.TakeAsync(CancellationToken.None));
        Assert.That(await shop.ScalarAsync<string>($"select string_agg(stream_id::text || ' ' || applied_through, ', ') from durable_mark_stream where mark_id = {third}"), Is.EqualTo($"{second.Stream} 2"));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from durable_mark where lsn = '0/0'"), Is.Zero, "each has its position in the log");
    }

    /// <summary>Whoever leads is killed after so many steps; another leader begins anew.</summary>
    [Test]
    public async Task A_leader_killed_between_any_two_steps_leaves_what_the_next_one_finishes([Range(0, 4)] int steps)
    {
        var device = await SoldAsync(3);
        Func<DurableMarks, Task>[] round =
        [
            marks => marks.TakeAsync(CancellationToken.None),
            async marks => await marks.RaiseAsync((await marks.WaitingAsync(CancellationToken.None))[^1].MarkId, CancellationToken.None),
            async marks => await marks.ConfirmAsync((await marks.WaitingAsync(CancellationToken.None))[^1].MarkId, CancellationToken.None),
            marks => marks.ForgetAsync(CancellationToken.None),
        ];
        foreach (var step in round.Take(steps))
        {
            await StepsAsync(async marks =>
            {
                await step(marks);
                return true;
            });
        }

        await PublishAllAsync();
        device.Sell();
        await PushAsync(device, 4, 4);
        await PublishAllAsync();
        Assert.That(await DurableAsync(device), Is.EqualTo(4));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from durable_mark"), Is.EqualTo(1), "the last published mark stays");
    }

    [Test]
    public async Task Nothing_is_published_beyond_what_is_applied_and_nothing_taken_back()
    {
        var device = await SoldAsync(5);
        await StepsAsync(marks => marks.TakeAsync(CancellationToken.None));
        await shop.ExecuteAsync("update durable_mark_stream set applied_through = 50");
        await PublishAllAsync();
        Assert.That(await DurableAsync(device), Is.EqualTo(5));
        await shop.ExecuteAsync("insert into durable_mark (taken_at_ms, lsn) values (0, '0/1'); insert into durable_mark_stream select max(mark_id), (select stream_id from stream limit 1), 2 from durable_mark");
        await PublishAllAsync();
        Assert.That(await DurableAsync(device), Is.EqualTo(5));
    }

    [Test]
    public async Task One_replica_leads_and_another_takes_over_when_it_is_gone()
    {
        var quick = new DurabilityOptions(Fortnight) { Interval = TimeSpan.FromMilliseconds(50), MarksPerAge = 100_000_000 };
        // The other one, started before the first has connected, might win.
        await Eventually.IsTrue(() => Publisher(replica).Leads, "the first one leads");
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other", durability: quick);
        Assert.That(Publisher(other).Leads, Is.False);
        await replica.StopAsync();
        await Eventually.IsTrue(() => Publisher(other).Leads, "the other one takes over");

        // Its connection is killed: it leads again on another one, or somebody else would.
        await shop.ExecuteAsync($"select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = {DurabilityPublisher.LeaderLock & 0xFFFFFFFF}");
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        var (call, _) = await TestCall.BeginAsync(other, device);
        await using (call) await call.PushAsync(device.Batch(1, 1));
        await Eventually.IsTrue(async () => await shop.ScalarAsync<long>("select count(*) from durable_mark_stream") == 1, "marks are taken again");
    }

    static DurabilityPublisher Publisher(TestReplica of) => of.Services.GetRequiredService<DurabilityPublisher>();

    async Task<TestDevice> SoldAsync(int sales)
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < sales; i++) device.Sell();
        await PushAsync(device, 1, sales);
        return device;
    }

    async Task PushAsync(TestDevice device, long first, long last)
    {
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using (call) await call.PushAsync(device.Batch(first, last));
    }

    Task<long> DurableAsync(TestDevice device) => shop.ScalarAsync<long>($"select durable_through from stream where stream_id = '{device.Stream}'");

    /// <summary>One round a fortnight later.</summary>
    async Task PublishAllAsync()
    {
        await StepsAsync(marks => marks.TakeAsync(CancellationToken.None));
        await PublishAsync(TimeSpan.FromDays(15));
    }

    Task<bool> PublishAsync(TimeSpan later) => StepsAsync(
        async marks =>
        {
            if (DurabilityRules.Newest(Fortnight, await marks.WaitingAsync(CancellationToken.None), await marks.FactsAsync(CancellationToken.None)) is not { } newest) return false;
            await marks.RaiseAsync(newest.MarkId, CancellationToken.None);
            await marks.ConfirmAsync(newest.MarkId, CancellationToken.None);
            await marks.ForgetAsync(CancellationToken.None);
            return true;
        },
        later);

    /// <summary>On a connection of its own, as a new leader has.</summary>
    async Task<T> StepsAsync<T>(Func<DurableMarks, Task<T>> steps, TimeSpan later = default)
    {
        await using var connection = new NpgsqlConnection(shop.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return await steps(new(connection, later));
    }
}
