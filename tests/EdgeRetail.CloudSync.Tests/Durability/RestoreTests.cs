using EdgeRetail.CloudSync.Durability;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRetail.CloudSync.Tests.Durability;

/// <summary>What was published as durable is there after the worst that the mode speaks of.</summary>
public sealed class RestoreTests
{
    static readonly DurabilityOptions ByAge = new(new DurabilityMode.Age(TimeSpan.FromDays(14)));

    [Test]
    public async Task What_was_published_by_the_archive_is_there_after_a_restore_from_it()
    {
        await using var postgres = await OwnPostgres.StartAsync();
        var backup = await postgres.BackupAsync("backup");
        var (device, applied, published) = await SellAndLoseTheServerAsync(postgres, new DurabilityMode.Archive());

        var restored = await postgres.RestoreAsync(backup);

        await AssertHeldAsync(postgres, restored, device, applied, published);
        Assert.That(await postgres.ScalarAsync<long>(restored, "select max(applied_through) from stream"), Is.LessThan(applied), "what came last was never archived: the test loses something");
    }

    [Test]
    public async Task What_was_published_by_the_standby_is_there_after_its_promotion()
    {
        await using var postgres = await OwnPostgres.StartAsync();
        var data = await postgres.BackupAsync("standby", "--write-recovery-conf");
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.auto.conf"), $"primary_conninfo = '{Primary(postgres)}'\n");
        var standby = await postgres.FollowAsync(data);
        await postgres.ExecuteAsync(postgres.ConnectionString, "alter system set synchronous_standby_names = 'standby'");
        await postgres.ExecuteAsync(postgres.ConnectionString, "select pg_reload_conf()");
        await Eventually.IsTrue(
            async () => await postgres.ScalarAsync<long>(postgres.ConnectionString, "select count(*) from pg_stat_replication where sync_state = 'sync'") == 1, "the standby is synchronous");
        var (device, applied, published) = await SellAndLoseTheServerAsync(postgres, new DurabilityMode.Standby());

        await postgres.PromoteAsync(data);

        await AssertHeldAsync(postgres, standby, device, applied, published);
    }

    /// <summary>Its first checkpoint, which the control file tells the timeline of, comes minutes later.</summary>
    [Test]
    public async Task A_promoted_standby_is_another_history_before_its_first_checkpoint()
    {
        await using var postgres = await OwnPostgres.StartAsync();
        var data = await postgres.BackupAsync("standby", "--write-recovery-conf");
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.auto.conf"), $"primary_conninfo = '{Primary(postgres)}'\n");
        var standby = await postgres.FollowAsync(data);
        var before = await IncarnationAsync(postgres.ConnectionString);
        // Enough to write for a checkpoint that is to last.
        await postgres.ExecuteAsync(postgres.ConnectionString, "create table much as select generate_series(1, 500000) as number");
        var written = await postgres.ScalarAsync<string>(postgres.ConnectionString, "select pg_current_wal_flush_lsn()::text");
        await Eventually.IsTrue(() => postgres.ScalarAsync<bool>(standby, $"select pg_last_wal_replay_lsn() >= '{written}'"), "the standby has it all");
        await postgres.CrashAsync();

        await postgres.PromoteAsync(data);

        Assert.That(await postgres.ScalarAsync<int>(standby, "select timeline_id from pg_control_checkpoint()"), Is.EqualTo(1), "it comes later: else this test proves nothing");
        Assert.That(await IncarnationAsync(standby), Is.Not.EqualTo(before));
        Assert.That(await postgres.ScalarAsync<int>(standby, "select timeline from incarnation"), Is.EqualTo(2));
    }

    static async Task<IncarnationId> IncarnationAsync(string connectionString)
    {
        await using var database = new CloudDatabase(connectionString, 1);
        return await new IncarnationKeeper(database, new SecretSource(), NullLogger<IncarnationKeeper>.Instance).CurrentAsync(CancellationToken.None);
    }

    /// <summary>Sells until some of it is published, sells on without anybody who publishes, and lets the server die.</summary>
    static async Task<(TestDevice Device, long Applied, long Published)> SellAndLoseTheServerAsync(OwnPostgres postgres, DurabilityMode mode)
    {
        var shop = await TestShop.AtAsync(postgres.ConnectionString, 1);
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 60; i++) device.Sell();
        await using (var replica = await TestReplica.StartAsync(postgres.ConnectionString, durability: new(mode) { Interval = TimeSpan.FromMilliseconds(100), SwitchInterval = TimeSpan.FromMilliseconds(500) }))
        {
            var (call, _) = await TestCall.BeginAsync(replica, device);
            await using var __ = call;
            await call.PushAsync(device.Batch(1, 10));
            await Eventually.Holds(() => postgres.ScalarAsync<long>(postgres.ConnectionString, "select max(durable_through) from stream"), durable => durable == 10, "the first ten are published");
            await call.PushAsync(device.Batch(11, 20));
            await Eventually.Holds(() => postgres.ScalarAsync<long>(postgres.ConnectionString, "select max(durable_through) from stream"), durable => durable == 20, "and the next");
            Assert.That((await call.PushAsync(device.Batch(21, 30))).DurableThrough, Is.EqualTo(20), "an acknowledgement tells what was published before");
        }

        long told;
        await using (var replica = await TestReplica.StartAsync(postgres.ConnectionString, durability: ByAge))
        {
            var (call, welcome) = await TestCall.BeginAsync(replica, device);
            await using var __ = call;
            told = (long)welcome.DurableThrough;
            Assert.That(told, Is.InRange(20, 30));
            for (var sequence = 31; sequence <= 60; sequence++) await call.PushAsync(device.Batch(sequence, sequence));
        }

        await postgres.CrashAsync();
        return (device, 60, told);
    }

    static async Task AssertHeldAsync(OwnPostgres postgres, string server, TestDevice device, long applied, long published)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await postgres.ScalarAsync<long>(server, "select max(applied_through) from stream"), Is.InRange(published, applied));
            Assert.That(await postgres.ScalarAsync<bool>(server, "select bool_and(durable_through <= applied_through) from stream"), Is.True);
            var ids = string.Join(',', device.Entries.Take((int)published).Select(entry => $"'{entry.Id}'"));
            Assert.That(await postgres.ScalarAsync<long>(server, $"select count(*) from journal where entry_id in ({ids})"), Is.EqualTo(published));
        }
    }

    static string Primary(OwnPostgres postgres)
    {
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString);
        return $"host=127.0.0.1 port={settings.Port} user=postgres password={settings.Password} application_name=standby";
    }
}
