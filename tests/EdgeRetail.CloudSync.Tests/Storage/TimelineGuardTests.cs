using EdgeRetail.CloudSync.Storage;
using EdgeRetail.CloudSync.Tests.Cli;
using EdgeRetail.TestKit;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeRetail.CloudSync.Tests.Storage;

public sealed class TimelineGuardTests
{
    [Test]
    public void A_lower_timeline_of_the_same_cluster_is_an_old_primary()
    {
        var guard = new TimelineGuard();
        guard.Observe("A", 3);
        guard.Observe("A", 4);
        guard.Observe("B", 1);
        Assert.That(() => guard.Observe("A", 3), Throws.TypeOf<DatabaseSupersededException>());
        Assert.That(() => guard.Observe("A", 4), Throws.Nothing);
        Assert.That(DatabaseFailures.Classify(new DatabaseSupersededException(3, 4)), Is.EqualTo(DatabaseFailure.Unavailable));
    }

    [Test]
    public async Task A_replica_that_has_seen_a_later_timeline_takes_nothing_into_an_old_primary()
    {
        await using var shop = await TestShop.OpenAsync(1);
        var device = await shop.AddDeviceAsync(1);
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString);
        // As if the promoted one had answered before.
        var system = await shop.ScalarAsync<string>("select system_identifier::text from pg_control_system()");
        replica.Services.GetRequiredService<CloudDatabase>().Timelines.Observe(system, int.MaxValue);
        await shop.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'cloud-sync %'");

        var failure = await RefusedAsync(replica, device);

        Assert.That((failure.StatusCode, failure.Trailers.GetValue("edgeretail-code")), Is.EqualTo((StatusCode.Unavailable, "DATABASE_UNAVAILABLE")));
        Assert.That(await shop.ScalarAsync<long>("select session_number from device"), Is.Zero);
    }

    [Test]
    public async Task A_restore_mark_begins_a_new_incarnation_that_sessions_learn_of()
    {
        await using var shop = await TestShop.OpenAsync(1);
        var device = await shop.AddDeviceAsync(1);
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString);
        var (first, before) = await TestCall.BeginAsync(replica, device);
        await first.DisposeAsync();
        using var folder = new TemporaryDirectory();
        await File.WriteAllTextAsync(folder["connection"], shop.ConnectionString);

        var run = await CommandRun.OfAsync("restore-mark", "--json", "--database-file", folder["connection"]);

        Assert.That(run.ExitCode, Is.Zero);
        var incarnation = Guid.Parse(run.Json.GetProperty("incarnation").GetString()!);
        Assert.That(await shop.ScalarAsync<Guid>("select incarnation_id from incarnation"), Is.EqualTo(incarnation));
        var (again, after) = await TestCall.BeginAsync(replica, device);
        await using (again)
        {
            Assert.That(after.Incarnation, Is.Not.EqualTo(before.Incarnation));
            Assert.That(new Guid(after.Incarnation.Span, bigEndian: true), Is.EqualTo(incarnation));
        }
    }

    /// <summary>A connection that was cut under the call may be retried into the same refusal.</summary>
    static async Task<RpcException> RefusedAsync(TestReplica replica, TestDevice device)
    {
        await using var call = new TestCall(replica, device.Token);
        try
        {
            await call.SendAsync(new Contracts.Sync.V1.DeviceMessage { Hello = device.Hello() });
            throw new AssertionException($"answered with {await call.NextAsync()}");
        }
        catch (RpcException e)
        {
            return e;
        }
    }
}
