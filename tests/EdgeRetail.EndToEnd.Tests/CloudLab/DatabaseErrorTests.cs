using EdgeRetail.EndToEnd.Tests.Harness;
using EdgeRetail.TestKit;
using Npgsql;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>PostgreSQL answers, and the answer is an error: everything is tried again, and each sale is stored once.</summary>
public sealed class DatabaseErrorTests
{
    const int EndedMin = 40;

    /// <summary>Every n-th row fails its transaction with one of these, at the statement or, deferred, at the commit. A sequence does not roll back.</summary>
    const string FailSql = """
        create sequence lab_drawn;
        create function lab_fail() returns trigger language plpgsql as $$
        declare
            drawn bigint := nextval('lab_drawn');
            states text[] := string_to_array(tg_argv[1], ' ');
        begin
            if drawn % tg_argv[0]::int = 0 then
                raise exception 'failed by the lab' using errcode = states[1 + (drawn / tg_argv[0]::int) % cardinality(states)];
            end if;
            return null;
        end $$;
        create constraint trigger lab_commit after insert on store_commit deferrable initially deferred for each row execute function lab_fail('3', '40001 40P01');
        create trigger lab_batch after insert on journal for each statement execute function lab_fail('5', '40001 40P01 57P01 53300 53100 55P03 57014 25006 XX001');
        create trigger lab_session after update of session_number on device for each row execute function lab_fail('4', '40001 40P01 53300');
        """;

    [Test]
    public async Task Serialization_failures_and_others_in_every_third_batch_lose_nothing()
    {
        await using var shop = await Shop.OpenAsync();
        var first = await shop.AddKioskAsync();
        var second = await shop.AddKioskAsync();
        await shop.ExecuteAsync(FailSql);
        await using var atFirst = new Customers(first, 1, TimeSpan.FromMilliseconds(10));
        await using var atSecond = new Customers(second, 2, TimeSpan.FromMilliseconds(10));
        await shop.HurriedAsync(
            async () =>
            {
                first.Link.Cut();
                return await shop.LongAsync("select last_value from lab_drawn") > 400;
            },
            "four hundred chances to fail");

        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Tally.Count("transactions failed by injected errors", (int)await shop.LongAsync("select last_value / 5 from lab_drawn"));
        Assert.That(await shop.LongAsync("select count(*) from journal where quarantine_code is not null"), Is.Zero, "no entry is to blame for an error of the server");
    }

    [Test]
    public async Task A_batch_that_the_server_chose_as_the_victim_of_a_deadlock_is_taken_again()
    {
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(1, new(1));
        await shop.DrainAsync();
        // The replica asks whether it waits in a circle before the rival does.
        await shop.ExecuteAsync($"alter database \"{new NpgsqlConnectionStringBuilder(shop.ConnectionString).Database}\" set deadlock_timeout = '200ms'");
        await shop.Replica.RestartAsync();
        await kiosk.SellAsync(1, new(2));
        await shop.DrainAsync();
        var session = await shop.LongAsync("select session_number from device");
        const int rounds = 8;
        for (var round = 0; round < rounds; round++)
        {
            await using var rival = new NpgsqlConnection(shop.ConnectionString + ";Pooling=false");
            await rival.OpenAsync();
            await ExecuteAsync(rival, "set deadlock_timeout = '30s'");
            await using var transaction = await rival.BeginTransactionAsync();
            // The other way round: the store's head before the device.
            await ExecuteAsync(rival, $"select from store_head where store_id = {kiosk.Store} for update");
            var sale = await kiosk.SellAsync(Goods.Codes[round]);
            await shop.HurriedAsync(
                async () => await shop.LongAsync("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'cloud-sync ingest' and wait_event_type = 'Lock'") == 1,
                "the batch waits for the store's head");
            await ExecuteAsync(rival, "select from device for update");
            await transaction.CommitAsync();
            await Eventually.IsTrue(() => shop.IsInJournalAsync(sale), "the batch is taken at the next attempt");
        }

        var deadlocks = await Eventually.Holds(() => shop.LongAsync("select deadlocks from pg_stat_database where datname = current_database()"), count => count >= rounds, "the server counts its victims");
        Tally.Count("deadlocks", (int)deadlocks);
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(await shop.LongAsync("select session_number from device"), Is.EqualTo(session), "the device did not notice");
    }

    [Test]
    public async Task Connections_that_an_administrator_ends_under_load_lose_nothing([ValueSource(nameof(OneSeed))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var first = await shop.AddKioskAsync();
        var second = await shop.AddKioskAsync(Surroundings.SecondStore);
        await using var atFirst = new Customers(first, seed);
        await using var atSecond = new Customers(second, seed + 1000);
        var ended = 0L;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        // A loaded machine takes longer to open as many again.
        for (var round = 0; (round < 40 || ended <= EndedMin) && !patience.IsCancellationRequested; round++)
        {
            await random.WaitAsync(TimeSpan.FromMilliseconds(80));
            ended += await shop.LongAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name like 'cloud-sync %'");
        }

        Tally.Count("connections ended by an administrator", (int)ended);
        await atFirst.StopAsync();
        await atSecond.StopAsync();
        await shop.DrainAsync();
        await shop.CheckAsync();
        Assert.That(ended, Is.GreaterThan(EndedMin));
    }

    [Test]
    public async Task A_server_without_a_free_connection_is_waited_for_and_named()
    {
        await using var shop = await Shop.OpenAsync(replicas: 0);
        await using var wire = new PostgresWire(new NpgsqlConnectionStringBuilder(shop.ConnectionString).Port);
        await shop.AddReplicaAsync(Through(shop, wire.Port));
        var kiosk = await shop.AddKioskAsync();
        for (var round = 0; round < 3; round++)
        {
            wire.RefuseLogins(PostgresErrorCodes.TooManyConnections);
            wire.Cut();
            await kiosk.SellAsync(10, new(round));
            await shop.HurriedAsync(
                async () => (await kiosk.StatusAsync()).GetProperty("sync").GetProperty("lastErrorCode").GetString() == "DATABASE_UNAVAILABLE", "the device names what is the matter");
            var (status, problem) = await shop.Replica.GetAsync("/healthz/ready");
            Assert.That((status, problem.GetProperty("code").GetString()), Is.EqualTo((503, "DATABASE_UNREACHABLE")));
            wire.RefuseLogins(null);
            await shop.DrainAsync();
        }

        await shop.CheckAsync();
    }

    [Test]
    public async Task A_connection_cut_in_the_middle_of_a_batch_leaves_all_of_it_or_nothing([ValueSource(nameof(OneSeed))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync(replicas: 0);
        await using var way = new TcpProxy(new NpgsqlConnectionStringBuilder(shop.ConnectionString).Port);
        await shop.AddReplicaAsync(Through(shop, way.Port));
        var kiosk = await shop.AddKioskAsync();
        for (var round = 0; round < 12; round++)
        {
            kiosk.Link.Refuse();
            await kiosk.SellAsync(40, random);
            var cut = way.CutAfter(LinkDirection.Up, random.Next(500, 30_000));
            kiosk.Link.Heal();
            await shop.HurriedAsync(() => Task.FromResult(cut.IsCompleted), "the connection was cut");
            Assert.That(cut.IsCompletedSuccessfully, Is.True);
            Tally.Count("connections cut within a statement");
        }

        await shop.DrainAsync();
        await shop.CheckAsync();
    }

    /// <summary>COPY is what a rebuild writes with.</summary>
    [Test]
    public async Task A_rebuild_cut_off_in_the_middle_of_its_copy_changes_nothing_and_can_be_given_again([ValueSource(nameof(OneSeed))] int seed)
    {
        var random = Seeds.Random(seed);
        await using var shop = await Shop.OpenAsync();
        var kiosk = await shop.AddKioskAsync();
        await kiosk.SellAsync(200, random);
        await shop.DrainAsync();
        // Something to mend, or nothing would be written.
        await shop.ExecuteAsync("update effect set delta = delta + 1 where version = 7");
        await using var way = new TcpProxy(new NpgsqlConnectionStringBuilder(shop.ConnectionString).Port);
        var cloud = new CloudCommands(Through(shop, way.Port), Surroundings.StateDirectory);
        var before = await StateAsync();
        var copying = 0;
        for (var round = 0; round < 4; round++)
        {
            var cut = way.CutAfter(LinkDirection.Up, 9_000 + random.Next(9_000));
            var outcome = await cloud.RunAsync("rebuild", "--write");
            Assert.That(cut.IsCompleted, Is.True, outcome.ToString());
            Assert.That(outcome.ExitCode, Is.EqualTo(3), outcome.ToString());
            Assert.That(await StateAsync(), Is.EqualTo(before), "all or nothing");
            copying++;
        }

        Tally.Count("rebuilds cut off", copying);
        way.Heal();
        (await cloud.RunAsync("rebuild", "--write")).AssertOk();
        Assert.That(await StateAsync(), Is.Not.EqualTo(before), "what was wrong is mended");
        await shop.CheckAsync();

        Task<object?> StateAsync() => shop.ScalarAsync(
            "select md5(string_agg(row, '|' order by row)) from (select e::text as row from effect e union all select s::text from stock s union all select c::text from store_commit c) rows");
    }

    static IEnumerable<int> OneSeed => Seeds.Of(1);

    static string Through(Shop shop, int port) => new NpgsqlConnectionStringBuilder(shop.ConnectionString) { Port = port }.ConnectionString;

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
