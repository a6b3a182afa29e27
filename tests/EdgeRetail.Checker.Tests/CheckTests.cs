using EdgeRetail.Checker.History;
using EdgeRetail.Checker.Reporting;
using EdgeRetail.TestKit;

namespace EdgeRetail.Checker.Tests;

/// <summary>A healthy run passes; each planted violation is named by the invariant that it breaks.</summary>
sealed class CheckTests : HandMadeFixture
{
    static readonly string[] NotYet = ["S7", "S9", "S20", "S25", "L3", "L4", "V1"];

    [Test]
    public async Task A_healthy_run_holds_and_what_comes_later_is_not_yet()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var report = await Check.RunAsync(shops.Input with { History = new([new HistoryEvent.Drained(DateTimeOffset.UtcNow)]) });

        Assert.Multiple(() =>
        {
            Assert.That(report.Holds, Text(report));
            Assert.That(report.Invariants.Where(invariant => invariant.NotYet).Select(invariant => invariant.Id), Is.EquivalentTo(NotYet));
            Assert.That(report.Invariants.Where(invariant => !invariant.NotYet && invariant.Holds is not true).Select(invariant => invariant.Id), Is.Empty, Text(report));
            Assert.That(report.Figures, Is.EqualTo(new CheckFigures(3, 3, 2, 11, 11, 0, 13, 0, 0, 0)), Text(report));
        });
    }

    [Test]
    public async Task Ledgers_alone_are_checked_and_the_cloud_is_said_to_be_unseen()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var report = await Check.RunAsync(shops.Input with { DatabaseConnectionString = null });
        Assert.Multiple(() =>
        {
            Assert.That(report["S23"].Holds, Is.True);
            Assert.That(report["S24"].Holds, Is.True);
            Assert.That(report["S1"].Holds, Is.Null);
            Assert.That(report["S1"].Detail, Does.Contain("not observed"));
        });
    }

    [Test]
    public async Task An_entry_still_in_the_outbox_is_on_its_way_and_pending()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.LoseTheLastOfT3Async();
        shops.T3.Run($"INSERT INTO pending VALUES(2, '{HandMadeCatalogue.Eggs}', 2, -1000); UPDATE identity SET covered_count = 1");

        var running = await Check.RunAsync(shops.Input with { Quiescent = false });
        var atRest = await Check.RunAsync(shops.Input);
        Assert.Multiple(() =>
        {
            Assert.That(running.Holds, Text(running));
            Assert.That(running.Figures.OnTheirWay, Is.EqualTo(1));
            Assert.That(running["S16"].Holds, Is.Null);
            Assert.That(atRest.Broken, Is.SupersetOf(new[] { "S1", "S16" }), Text(atRest));
            Assert.That(atRest.Figures.Lost, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_pending_entry_with_another_adjustment_than_its_bytes_breaks_S15()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.LoseTheLastOfT3Async();
        shops.T3.Run($"INSERT INTO pending VALUES(2, '{HandMadeCatalogue.Eggs}', 2, -2000); UPDATE identity SET covered_count = 1");
        Assert.That((await Check.RunAsync(shops.Input with { Quiescent = false })).Broken, Is.EqualTo(new[] { "S15" }));
    }

    [TestCase("", "UPDATE stream SET durable_through = 2 WHERE device_id = 101", new string[0])]
    [TestCase("", "UPDATE stream SET durable_through = 1 WHERE device_id = 101", new[] { "S8" })]
    [TestCase("DELETE FROM chain_checkpoint", "UPDATE stream SET durable_through = 2 WHERE device_id = 101", new[] { "S4", "S6", "S8" })]
    [TestCase("DELETE FROM entry WHERE position = 3; DELETE FROM receipt WHERE position = 3", "UPDATE stream SET durable_through = 2 WHERE device_id = 101", new[] { "S10", "S3", "S4", "S15", "S23" })]
    public async Task A_pruned_prefix_holds_where_it_was_durable_and_its_chain_is_kept(string device, string cloud, string[] broken)
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        shops.T1.Run($"DELETE FROM receipt WHERE position <= 2; DELETE FROM entry WHERE position <= 2; UPDATE retention SET pruned_through = 2; UPDATE identity SET covered_count = covered_count - 2; {device}");
        await shops.RunAsync(cloud);
        var report = await Check.RunAsync(shops.Input);
        Assert.That(report.Broken, broken.Length == 0 ? Is.Empty : Is.SubsetOf(broken).And.Contains(broken[^1]), Text(report));
    }

    [Test]
    public async Task What_only_a_destroyed_card_held_may_be_lost()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var (now, gone) = (DateTimeOffset.UtcNow, Guid.NewGuid());
        HistoryEvent confirmed = new HistoryEvent.Confirmed(now, "T1", gone, null);
        var without = await Check.RunAsync(shops.Input with { History = new([confirmed]) });
        var with = await Check.RunAsync(shops.Input with { History = new([confirmed, new HistoryEvent.Fault(now, now, "card destroyed", "T1", [gone])]) });
        Assert.Multiple(() =>
        {
            Assert.That(without.Broken, Is.EqualTo(new[] { "S23" }), Text(without));
            Assert.That(with.Broken, Is.Empty, Text(with));
        });
    }

    [TestCase("S1", "DELETE FROM journal WHERE device_id = 102 AND sequence = 2")]
    [TestCase("S2", "INSERT INTO journal SELECT 2, entry_id, device_id, stream_id, 99, kind, 1, bytes, hash, received_at_ms, 99, 99, effective_time, 1, business_date, null, null FROM journal WHERE device_id = 101 AND sequence = 2")]
    [TestCase("S2", "UPDATE journal SET bytes = bytes || '\\x00'::bytea WHERE device_id = 101 AND sequence = 4")]
    [TestCase("S2", "UPDATE journal SET hash = sha256('other') WHERE device_id = 101 AND sequence = 4")]
    [TestCase("S3", "UPDATE device_assignment SET store_id = 2 WHERE device_id = 102")]
    [TestCase("S3", "INSERT INTO device VALUES(301, 'T9', 1, 1, 'active', null, 0, 0, null, 1, 0, 0); UPDATE journal SET device_id = 301 WHERE device_id = 102 AND sequence = 2")]
    [TestCase("S4", "UPDATE journal SET sequence = 7 - sequence WHERE device_id = 101 AND sequence IN (3, 4)")]
    [TestCase("S4", "UPDATE stream SET applied_through = applied_through + 1 WHERE device_id = 101")]
    [TestCase("S4", "UPDATE stream SET applied_chain = sha256('other') WHERE device_id = 102")]
    [TestCase("S5", "UPDATE stock SET on_hand = on_hand + 1000 WHERE store_id = 1 AND product = 'MILK-1'")]
    [TestCase("S5", "UPDATE effect SET delta = delta - 1 WHERE store_id = 1 AND version = 2 AND ordinal = 0")]
    [TestCase("S5", "DELETE FROM effect WHERE store_id = 1 AND version = 3")]
    [TestCase("S5", "DELETE FROM stock WHERE store_id = 2")]
    [TestCase("S5", "INSERT INTO effect SELECT store_id, 10, 0, entry_id, product, delta, on_hand + delta FROM effect WHERE store_id = 1 AND version = 9; UPDATE store_head SET version = 10 WHERE store_id = 1")]
    [TestCase("S5", "UPDATE store_commit SET hash = sha256('other') WHERE store_id = 1 AND version = 6")]
    [TestCase("S5", "UPDATE journal SET quarantine_code = 'X', merged_at_version = null WHERE device_id = 101 AND sequence = 2")]
    [TestCase("S6", "UPDATE stream SET applied_through = 1, applied_chain = null WHERE device_id = 102; DELETE FROM journal WHERE device_id = 102 AND sequence = 2")]
    [TestCase("S10", "INSERT INTO journal SELECT 1, gen_random_uuid(), device_id, stream_id, sequence, kind, 1, bytes || '\\x00'::bytea, sha256(bytes || '\\x00'::bytea), received_at_ms, 99, null, effective_time, 1, business_date, 'X', null FROM journal WHERE device_id = 101 AND sequence = 2")]
    [TestCase("S11", "UPDATE device SET session_number = 2 WHERE device_id = 101")]
    [TestCase("S13", "UPDATE effect SET delta = -8000, on_hand = 44000 WHERE store_id = 1 AND version = 9; UPDATE stock SET on_hand = 44000 WHERE store_id = 1 AND product = 'MILK-1'")]
    [TestCase("S13", "UPDATE journal SET effective_time = effective_time + (2000::bigint << 16) WHERE device_id = 102 AND sequence = 3")]
    [TestCase("S17", "UPDATE journal SET store_id = 2 WHERE device_id = 102 AND sequence = 2")]
    [TestCase("S18", "UPDATE journal SET effective_time = effective_time - (5000::bigint << 16) WHERE device_id = 101 AND sequence = 3")]
    [TestCase("S18", "UPDATE journal SET effective_time = (received_at_ms + 60001) << 16 WHERE device_id = 101 AND sequence = 6")]
    [TestCase("S18", "UPDATE device SET last_effective_time = 1 WHERE device_id = 101")]
    [TestCase("S21", "UPDATE device_status SET outbox_count = 5, reported_at_ms = 0 WHERE device_id = 101")]
    [TestCase("S22", "INSERT INTO stream VALUES(gen_random_uuid(), 101, 0, null, 1, null, null)")]
    public async Task A_violation_in_PostgreSQL_is_named(string invariant, string plant)
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.RunAsync(plant);
        var report = await Check.RunAsync(shops.Input);
        Assert.That(report.Broken, Does.Contain(invariant), Text(report));
        Assert.That(report[invariant].Offenders, Is.Not.Empty);
    }

    [TestCase("S3", "DELETE FROM receipt WHERE position = 6; DELETE FROM entry WHERE position = 6; UPDATE stream SET last_sequence = 5, last_chain = null, acknowledged_through = 5, acknowledged_chain = null")]
    [TestCase("S4", "UPDATE chain_checkpoint SET chain = zeroblob(32)")]
    [TestCase("S4", "UPDATE stream SET last_chain = zeroblob(32)")]
    [TestCase("S6", "UPDATE stream SET acknowledged_chain = zeroblob(32)")]
    [TestCase("S10", "UPDATE entry SET bytes = zeroblob(3), hash = x'709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c' WHERE position = 4")]
    [TestCase("S14", "UPDATE cache_stock SET on_hand = on_hand + 1 WHERE product = 'MILK-1'")]
    [TestCase("S14", "DELETE FROM cache_stock WHERE product = 'MILK-1'")]
    [TestCase("S14", "UPDATE feed SET hash = zeroblob(32) WHERE feed = 1")]
    [TestCase("S14", "UPDATE feed SET version = 7 WHERE feed = 1")]
    [TestCase("S14", "UPDATE cache_product SET price_minor = 1 WHERE code = 'MILK-1'")]
    [TestCase("S14", "DELETE FROM cache_product WHERE code = 'MILK-1'")]
    [TestCase("S15", "INSERT INTO pending VALUES(2, '04012345678901', 1, -2000), (2, 'MILK-1', 1, -1000)")]
    [TestCase("S15", "INSERT INTO pending VALUES(77, '', 1, 0)")]
    [TestCase("S15", "UPDATE identity SET covered_count = 5")]
    [TestCase("S15", "UPDATE feed SET version = 0 WHERE feed = 1; DELETE FROM cache_stock")]
    [TestCase("S16", "UPDATE stream SET acknowledged_through = 5, acknowledged_chain = null")]
    [TestCase("S17", "INSERT INTO cache_stock VALUES(1, 2, 'MILK-1', 0, 1)")]
    [TestCase("S18", "UPDATE identity SET hlc = 9000000000000 << 16")]
    [TestCase("S22", "UPDATE stream SET is_current = 0")]
    [TestCase("S23", "DELETE FROM entry WHERE position = 3")]
    [TestCase("S23", "UPDATE entry SET bytes = zeroblob(9) WHERE position = 4")]
    [TestCase("S24", "UPDATE receipt SET number = 9 WHERE number = 2")]
    [TestCase("S24", "DELETE FROM receipt WHERE number = 3")]
    [TestCase("S24", "UPDATE identity SET next_receipt_number = 3")]
    public async Task A_violation_in_a_ledger_is_named(string invariant, string plant)
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        shops.T1.Run(plant);
        var report = await Check.RunAsync(shops.Input);
        Assert.That(report.Broken, Does.Contain(invariant), Text(report));
        Assert.That(report[invariant].Offenders, Is.Not.Empty);
    }

    [Test]
    public async Task What_the_history_contradicts_is_named()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var now = DateTimeOffset.UtcNow;
        var stream = shops.T1.Stream.Value;
        var sale = shops.T1.IdOf(2).Value;
        await Broken("S23", new HistoryEvent.Confirmed(now, "T1", Guid.NewGuid(), null));
        await Broken("S24", new HistoryEvent.Confirmed(now, "T1", sale, "T1-1-000007"));
        await Broken("S6", new HistoryEvent.Acknowledged(now, "T1", stream, 7, null));
        await Broken("S6", new HistoryEvent.Acknowledged(now, "T1", stream, 2, Convert.ToHexString(shops.T1.ChainAt(3).ToByteArray())));
        await Broken("S4", new HistoryEvent.Acknowledged(now, "T1", stream, 5, null), new HistoryEvent.Acknowledged(now, "T1", stream, 4, null));
        var setBack = new HistoryEvent.Fault(now, now, HistoryEvent.Fault.CloudSetBack, "cloud", []);
        await Broken("S4", setBack, new HistoryEvent.Acknowledged(now, "T1", stream, 5, null), new HistoryEvent.Acknowledged(now, "T1", stream, 4, null), new HistoryEvent.Acknowledged(now, "T1", stream, 3, null));
        await Broken("S21", new HistoryEvent.StatusShown(now, "T1", 2, 6, 4, AllSent: true));
        await Broken("L1", new HistoryEvent.Fault(now, now, "network cut", "T1", []), new HistoryEvent.Drained(now.AddMinutes(6)));
        await Broken(
            "",
            new HistoryEvent.Confirmed(now, "T1", sale, "T1-1-000001"), new HistoryEvent.Acknowledged(now, "T1", stream, 2, Convert.ToHexString(shops.T1.ChainAt(2).ToByteArray())),
            setBack, new HistoryEvent.Acknowledged(now, "T1", stream, 4, null), new HistoryEvent.Acknowledged(now, "T1", stream, 3, null),
            new HistoryEvent.StatusShown(now, "T1", 2, 6, 4, AllSent: false), new HistoryEvent.Fault(now, now, "network cut", "T1", []), new HistoryEvent.Drained(now.AddMinutes(1)));

        async Task Broken(string invariant, params HistoryEvent[] events)
        {
            var report = await Check.RunAsync(shops.Input with { History = new(events) });
            Assert.That(report.Broken, invariant.Length == 0 ? Is.Empty : Is.EqualTo(new[] { invariant }), Text(report));
        }
    }

    [Test]
    public async Task Lines_that_do_not_sum_to_their_total_break_S19()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        var wrong = shops.T1.Entries[1].Entry is EdgeRetail.Contracts.Entries.SaleRecorded sale
            ? EdgeRetail.Contracts.Wire.EntryCodec.Encode(sale with { Total = sale.Total with { MinorUnits = 1 } })
            : throw new InvalidOperationException();
        await shops.RunAsync($"UPDATE journal SET bytes = '\\x{Convert.ToHexString(wrong.Bytes.Span)}', hash = '\\x{wrong.Hash}', entry_id = '{wrong.Id}' WHERE device_id = 101 AND sequence = 2");
        var report = await Check.RunAsync(shops.Input);
        Assert.That(report.Broken, Is.SupersetOf(new[] { "S19", "S1", "S3", "S10" }), Text(report));
    }

    [Test]
    public async Task An_entry_that_waits_behind_a_quarantined_one_breaks_L2()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.RunAsync("UPDATE journal SET quarantine_code = 'X', merged_at_version = null WHERE device_id = 101 AND sequence = 3; UPDATE journal SET received_at_ms = received_at_ms + 9000 WHERE device_id = 101 AND sequence > 3");
        Assert.That((await Check.RunAsync(shops.Input)).Broken, Is.EqualTo(new[] { "L2" }));
    }

    [Test]
    public async Task A_quarantined_entry_without_stock_is_in_order()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.RunAsync("UPDATE journal SET quarantine_code = 'X', merged_at_version = null WHERE device_id = 101 AND sequence = 3");
        var report = await Check.RunAsync(shops.Input);
        Assert.Multiple(() =>
        {
            Assert.That(report.Holds, Text(report));
            Assert.That(report.Figures.Quarantined, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Offending_rows_are_capped_and_all_counted()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.RunAsync("UPDATE journal SET hash = sha256('other')");
        var report = await Check.RunAsync(shops.Input with { OffendersMax = 3 });
        Assert.That((report["S2"].Offenders.Count, report["S2"].OffenderCount), Is.EqualTo((3, 11L)));
    }

    [Test]
    public async Task The_table_fits_80_columns()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await shops.RunAsync("UPDATE stock SET product = repeat('X', 200) WHERE product = 'MILK-1'");
        var table = Text(await Check.RunAsync(shops.Input));
        Assert.That(table.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80), table);
    }

    [Test]
    public async Task What_cannot_be_read_gives_no_verdict()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        Assert.Multiple(() =>
        {
            Assert.That(async () => await Check.RunAsync(shops.Input with { DeviceDirectories = [folder["nowhere"]] }), Throws.TypeOf<CheckInputException>().With.Property("Code").EqualTo("LEDGER_MISSING"));
            Assert.That(async () => await Check.RunAsync(shops.Input with { DatabaseConnectionString = postgres.Server.ConnectionString }), Throws.TypeOf<CheckInputException>().With.Property("Code").EqualTo("DATABASE_NOT_MIGRATED"));
            Assert.That(async () => await Check.RunAsync(shops.Input with { DatabaseConnectionString = "Host=127.0.0.1;Port=1;Username=a;Password=b" }), Throws.TypeOf<CheckInputException>().With.Property("Code").EqualTo("DATABASE_UNREACHABLE"));
        });
        await File.WriteAllTextAsync(Path.Combine(shops.T1.Directory, "ledger.db"), "this is no database at all, whatever its name");
        Assert.That(async () => await Check.RunAsync(shops.Input), Throws.TypeOf<CheckInputException>().With.Property("Code").EqualTo("LEDGER_UNREADABLE"));
    }

    [Test]
    public async Task What_stands_only_in_the_WAL_is_seen_while_the_writer_lives()
    {
        using var folder = new TemporaryDirectory();
        using var shops = await HandMadeShops.OpenAsync(postgres, folder);
        await using var writer = shops.T1.Connect();
        await using var command = writer.CreateCommand();
        command.CommandText = "UPDATE cache_stock SET on_hand = 5 WHERE product = 'MILK-1'";
        await command.ExecuteNonQueryAsync();
        Assert.That(new FileInfo(Path.Combine(shops.T1.Directory, "ledger.db-wal")).Length, Is.GreaterThan(0));
        Assert.That((await Check.RunAsync(shops.Input)).Broken, Is.EqualTo(new[] { "S14" }));
    }

    static string Text(CheckReport report)
    {
        var text = new StringWriter();
        ReportTable.Write(report, text);
        return text.ToString();
    }
}
