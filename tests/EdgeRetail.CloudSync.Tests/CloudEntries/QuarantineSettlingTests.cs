using EdgeRetail.Checker;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Checks;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Settlement = EdgeRetail.CloudSync.CloudEntries.Settlement;
using WireSettlement = EdgeRetail.Contracts.Sync.V1.Settlement;

namespace EdgeRetail.CloudSync.Tests.CloudEntries;

/// <summary>Entries in quarantine are voided, replayed and corrected by cloud entries, beside ingest on the same PostgreSQL.</summary>
public sealed class QuarantineSettlingTests
{
    static readonly Currency Euro = Currency.Parse("EUR");
    static readonly SettlementRequest Ann = new("ann", "as agreed with the shop");

    TestShop shop = null!;
    TestDevice device = null!;
    CloudDatabase database = null!;
    BatchIngest ingest = null!;
    NpgsqlDataSource queries = null!;
    QuarantineSettling settling = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync(1, 2);
        device = await AddDeviceAsync(1);
        database = new(shop.ConnectionString, 4);
        ingest = new(database, new(TestReplica.Keys), new(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance);
        queries = NpgsqlDataSource.Create(shop.ConnectionString);
        settling = new(queries, SecretSource.OfTheSystem);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await queries.DisposeAsync();
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task A_voided_entry_leaves_the_open_list_says_who_and_why_and_moves_no_stock()
    {
        var poison = await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        var settled = Settled(await settling.VoidAsync(poison, Ann, default));

        Assert.That((settled.EntryId, settled.StoreId, settled.Kind, settled.Version, settled.Actor, settled.Reason), Is.EqualTo((poison, 1, "voided", 4L, "ann", "as agreed with the shop")));
        Assert.That(await settling.FindAsync(1, poison, default), Is.EqualTo(settled));
        Assert.That(settled.Durable, Is.False, "Not yet: no backup has it.");
        Assert.That(await OpenCountAsync(), Is.Zero);
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-2_000));
        await using var context = shop.Context();
        var original = await context.Journal.SingleAsync(row => row.EntryId == poison);
        Assert.That((original.Bytes, original.MergedAtVersion, original.QuarantineCode), Is.EqualTo((new byte[] { 0xFF, 0xFF, 0xFF }, (long?)null, "ENTRY_MALFORMED")), "Kept as it came.");
        var cloud = await context.Journal.SingleAsync(row => row.EntryId == settled.SettledBy);
        Assert.That((cloud.DeviceId, cloud.Sequence, cloud.ReceivedAtVersion, cloud.MergedAtVersion), Is.EqualTo((0, 1L, 4L, (long?)4L)));
        await ProveAsync();
    }

    [Test]
    public async Task A_replayed_entry_is_merged_as_ingest_would_have_and_a_device_that_sends_it_again_is_told_duplicate()
    {
        var sale = await RefusedByTheDatabaseAsync();
        var settled = Settled(await settling.ReplayAsync(sale, Ann, default));

        Assert.That((settled.Kind, settled.Version), Is.EqualTo(("replayed", 4L)));
        Assert.That(await shop.OnHandAsync(1, "B"), Is.EqualTo(-3_000));
        await using var context = shop.Context();
        Assert.That((await context.Journal.SingleAsync(row => row.EntryId == sale)).MergedAtVersion, Is.EqualTo(4));
        var effect = await context.Effects.SingleAsync(row => row.Version == 4);
        Assert.That((effect.EntryId, effect.Product, effect.Delta, effect.OnHand), Is.EqualTo((settled.SettledBy, "B", -3_000L, (long?)-3_000L)));
        var again = (BatchOutcome.Accepted)await IngestAsync(device, device.Batch(1, 3));
        Assert.That(again.Outcomes, Has.All.InstanceOf<EntryOutcome.Duplicate>());
        await ProveAsync();
    }

    [Test]
    public async Task What_is_replayed_or_corrected_moved_when_it_happened_so_a_count_made_since_has_seen_it()
    {
        var sale = await RefusedByTheDatabaseAsync();
        device.Append([0xFF, 0xFF, 0xFF]);
        device.Count(("B", 10_000), ("C", 7_000));
        await IngestAsync(device, device.Batch(4, 5));
        var replayed = Settled(await settling.ReplayAsync(sale, Ann, default));
        var corrected = Settled(await settling.CorrectAsync(await shop.ScalarAsync<Guid>("select entry_id from journal where quarantine_code = 'ENTRY_MALFORMED'"), Sale("C", 5_000, 4), Ann, default));

        Assert.That((await shop.OnHandAsync(1, "B"), await shop.OnHandAsync(1, "C")), Is.EqualTo((10_000, 7_000)));
        Assert.That(await shop.ScalarAsync<long>($"select sum(abs(delta))::bigint from effect where entry_id in ('{replayed.SettledBy}', '{corrected.SettledBy}')"), Is.Zero);
        await ProveAsync();
    }

    [Test]
    public async Task What_is_replayed_before_a_count_of_earlier_arrives_is_in_what_moved_after_it()
    {
        var late = await AddDeviceAsync(1);
        late.Count(("B", 10_000));
        device.Wait(TimeSpan.FromSeconds(10));
        var sale = await RefusedByTheDatabaseAsync();
        Settled(await settling.ReplayAsync(sale, Ann, default));
        await IngestAsync(late, late.Batch(1, 1));

        Assert.That(await shop.OnHandAsync(1, "B"), Is.EqualTo(7_000));
        await ProveAsync();
    }

    [Test]
    public async Task A_count_in_quarantine_is_made_again_and_not_replayed()
    {
        await shop.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '23514'; end $$;
            create trigger poison before insert on journal for each row when (new.quarantine_code is null and new.sequence = 2) execute function refuse();
            """);
        var count = await QuarantineAsync(each => each.Count(("B", 3_000)));
        await shop.ExecuteAsync("drop trigger poison on journal");

        Assert.That(((SettlementOutcome.Unmergeable)await settling.ReplayAsync(count, Ann, default)).Code, Is.EqualTo("COUNT_TOO_LATE"));
        Assert.That(Settled(await settling.VoidAsync(count, Ann, default)).Kind, Is.EqualTo("voided"));
        await ProveAsync(receipts: false);
    }

    [Test]
    public async Task Replaying_twice_does_nothing_and_says_who_did()
    {
        var sale = await RefusedByTheDatabaseAsync();
        var first = Settled(await settling.ReplayAsync(sale, Ann, default));
        var again = await settling.ReplayAsync(sale, new("bob", ""), default);

        Assert.That(again, Is.EqualTo(new SettlementOutcome.AlreadySettled(first)));
        Assert.That(await shop.OnHandAsync(1, "B"), Is.EqualTo(-3_000));
        Assert.That(await shop.ScalarAsync<long>("select version from store_head where store_id = 1"), Is.EqualTo(4));
    }

    [Test]
    public async Task What_still_cannot_be_merged_stays_and_says_why()
    {
        var poison = await QuarantineAsync(each => each.Sell("A", thousandths: 0));
        var outcome = (SettlementOutcome.Unmergeable)await settling.ReplayAsync(poison, Ann, default);

        Assert.That((outcome.EntryId, outcome.Code), Is.EqualTo((poison, "QUANTITY_NOT_POSITIVE")));
        Assert.That(await OpenCountAsync(), Is.EqualTo(1));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from store_stream"), Is.Zero, "Nothing was recorded.");
        await ProveAsync();
    }

    [Test]
    public async Task A_correction_counts_in_place_of_the_original_which_stays_retrievable()
    {
        var poison = await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        var corrected = Sale("C", 5_000, 2);
        var settled = Settled(await settling.CorrectAsync(poison, corrected, Ann, default));

        Assert.That(settled.Kind, Is.EqualTo("corrected"));
        Assert.That(await shop.OnHandAsync(1, "C"), Is.EqualTo(-5_000));
        Assert.That(await shop.ScalarAsync<byte[]>($"select bytes from journal where entry_id = '{poison}'"), Is.EqualTo(new byte[] { 0xFF, 0xFF, 0xFF }));
        var recorded = (EntryDecoding.Decoded)EntryCodec.Decode(await shop.ScalarAsync<byte[]>($"select bytes from journal where entry_id = '{settled.SettledBy}'"));
        Assert.That(((QuarantineCorrected)recorded.Entry).Corrected.ToArray(), Is.EqualTo(corrected));
        await ProveAsync();
    }

    [TestCase("ENTRY_MALFORMED", "no entry")]
    [TestCase("QUANTITY_NOT_POSITIVE", "a broken rule")]
    [TestCase("ENTRY_OF_OTHER_STORE", "another store")]
    [TestCase("ENTRY_OF_OTHER_DEVICE", "a cloud entry")]
    public async Task A_correction_has_to_be_what_ingest_would_take(string code, string what)
    {
        var poison = await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        byte[] corrected = what switch
        {
            "no entry" => [1, 2, 3],
            "a broken rule" => Sale("C", 0, 2),
            "another store" => EntryCodec.Encode(new CashMoved(device.NextHeader() with { Store = new(2) }, CashMovementKind.In, new(1, Euro), "")).Bytes.ToArray(),
            _ => EntryCodec.Encode(new QuarantineVoided(device.NextHeader() with { Device = new(0) }, new(poison), "x")).Bytes.ToArray(),
        };
        var outcome = (SettlementOutcome.Unmergeable)await settling.CorrectAsync(poison, corrected, Ann, default);

        Assert.That(outcome.Code, Is.EqualTo(code));
        Assert.That(await OpenCountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_operators_at_once_exactly_one_wins_and_the_others_are_told_who()
    {
        var sale = await RefusedByTheDatabaseAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 3) switch
        {
            0 => settling.VoidAsync(sale, new($"operator {i}", "void"), default),
            1 => settling.ReplayAsync(sale, new($"operator {i}", "replay"), default),
            _ => settling.CorrectAsync(sale, Sale("C", 1_000, 2), new($"operator {i}", "correct"), default),
        }));

        var winner = outcomes.OfType<SettlementOutcome.Settled>().Single().Settlement;
        Assert.That(outcomes.OfType<SettlementOutcome.AlreadySettled>().Select(outcome => outcome.First), Is.EqualTo(Enumerable.Repeat(winner, 11)));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal where device_id = 0"), Is.EqualTo(1));
        await ProveAsync();
    }

    [Test]
    public async Task Beside_ingest_of_two_devices_versions_stay_gap_free_and_stock_is_the_fold()
    {
        var other = await AddDeviceAsync(1);
        var poisoned = new List<Guid>();
        for (var i = 0; i < 30; i++) poisoned.Add(device.Append([0xFF, 0xFF, (byte)i]).Id.Value);
        await IngestAsync(device, device.Batch(1, 30));

        async Task SellAsync(TestDevice till, long first)
        {
            for (var sequence = first; sequence < first + 40; sequence++)
            {
                till.Sell("A");
                Assert.That(await IngestAsync(till, till.Batch(sequence, sequence)), Is.InstanceOf<BatchOutcome.Accepted>());
            }
        }

        var selling = Task.WhenAll(SellAsync(device, 31), SellAsync(other, 1));
        var corrections = poisoned.Select((entry, i) => i % 2 == 0 ? settling.VoidAsync(entry, Ann, default) : settling.CorrectAsync(entry, Sale("A", 1_000, 100 + i), Ann, default));
        Assert.That(await Task.WhenAll(corrections), Has.All.InstanceOf<SettlementOutcome.Settled>());
        await selling;

        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-95_000));
        Assert.That(await shop.ScalarAsync<long>("select applied_through from store_stream"), Is.EqualTo(30));
        await ProveAsync(receipts: false);
    }

    [Test]
    public async Task All_of_a_cause_are_replayed_and_what_cannot_be_is_told()
    {
        await shop.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '23514'; end $$;
            create trigger poison before insert on journal for each row when (new.quarantine_code is null and new.kind = 20) execute function refuse();
            """);
        for (var i = 0; i < 5; i++) device.Sell("B");
        device.Append([0xFF]);
        await IngestAsync(device, device.Batch(1, 6));
        await shop.ExecuteAsync("drop trigger poison on journal");

        var report = await settling.ReplayAllAsync(BatchIngest.MergeFailedCode, null, Ann, default);
        Assert.That((report.Replayed, report.Left.Count, report.Problem), Is.EqualTo((5, 0, (Problem?)null)));
        Assert.That(await shop.OnHandAsync(1, "B"), Is.EqualTo(-5_000));
        report = await settling.ReplayAllAsync("ENTRY_MALFORMED", 1, Ann, default);
        Assert.That((report.Replayed, report.Left.Single().Code), Is.EqualTo((0, "ENTRY_MALFORMED")));
        Assert.That((await settling.ReplayAllAsync(BatchIngest.MergeFailedCode, null, Ann, default)).Replayed, Is.Zero, "Nothing is left of that cause.");
        await ProveAsync();
    }

    [Test]
    public async Task The_feed_of_the_store_carries_the_settlement_with_its_effects()
    {
        var sale = await RefusedByTheDatabaseAsync();
        var settled = Settled(await settling.ReplayAsync(sale, Ann, default));
        var page = ((FeedPage.Read)await new StoreFeedReader(database).ReadAsync(new(1), ReadCursor.Start, device.Stream, default)).Page;

        Assert.That(page.Settlements, Is.EqualTo(new[]
        {
            new WireSettlement
            {
                EntryId = Google.Protobuf.ByteString.CopyFrom(new EntryId(sale).ToByteArray()), Kind = Contracts.Sync.V1.SettlementKind.Replayed, Version = 4,
                SettledBy = Google.Protobuf.ByteString.CopyFrom(new EntryId(settled.SettledBy).ToByteArray()), Actor = "ann", Reason = "as agreed with the shop",
            },
        }));
        Assert.That((page.ToVersion, page.Effects.Count, page.Effects[^1].Product, page.Effects[^1].OnHandThousandths), Is.EqualTo((4UL, 4, "B", -3_000L)));
    }

    [Test]
    public async Task Another_incarnation_of_the_database_begins_another_stream_of_the_store()
    {
        var first = await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        Settled(await settling.VoidAsync(first, Ann, default));
        await shop.ExecuteAsync("update incarnation set incarnation_id = gen_random_uuid()");
        device.Append([0xFE]);
        await IngestAsync(device, device.Batch(4, 4));
        Settled(await settling.VoidAsync(device.Entries[^1].Id.Value, Ann, default));

        Assert.That(await shop.ScalarAsync<string>("select string_agg(applied_through::text, ' ') from store_stream"), Is.EqualTo("1 1"));
        await ProveAsync();
    }

    [TestCase("", "why", "ACTOR_MISSING")]
    [TestCase("ann", " ", "REASON_MISSING")]
    [TestCase("ann", "a\0b", "TEXT_INVALID")]
    public async Task A_request_that_names_nobody_or_no_reason_is_refused(string actor, string reason, string code)
    {
        var poison = await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        Assert.That(((SettlementOutcome.Refused)await settling.VoidAsync(poison, new(actor, reason), default)).Problem.Code, Is.EqualTo(code));
        Assert.That(await OpenCountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_merged_or_unknown_is_not_settled()
    {
        await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        Assert.That(((SettlementOutcome.Refused)await settling.VoidAsync(device.Entries[0].Id.Value, Ann, default)).Problem.Code, Is.EqualTo("ENTRY_NOT_QUARANTINED"));
        Assert.That(((SettlementOutcome.Refused)await settling.VoidAsync(Guid.Empty, Ann, default)).Problem.Code, Is.EqualTo("ENTRY_NOT_FOUND"));
    }

    [Test]
    public async Task A_device_that_sends_a_cloud_entry_finds_it_in_quarantine()
    {
        var victim = device.Sell();
        device.Append(new QuarantineVoided(device.NextHeader(), victim.Id, "mine"));
        device.Append(new QuarantineVoided(device.NextHeader() with { Device = new(0) }, victim.Id, "theirs"));
        var accepted = (BatchOutcome.Accepted)await IngestAsync(device, device.Batch(1, 3));
        Assert.That(accepted.Outcomes.Cast<EntryOutcome.Quarantined>().Select(outcome => outcome.Code), Is.EqualTo(new[] { "ENTRY_KIND_OF_CLOUD", "ENTRY_OF_OTHER_DEVICE" }));
        await ProveAsync();
    }

    [Test]
    public async Task A_request_under_a_known_key_gets_the_answer_that_was_given_and_another_request_none()
    {
        var poison = await QuarantineAsync(each => each.Append([0xFF, 0xFF, 0xFF]));
        var key = new IdempotencyKey("k1", Hash256.Of([1]));
        var first = Settled(await settling.VoidAsync(poison, Ann with { Key = key }, default));
        Assert.That(await settling.VoidAsync(poison, Ann with { Key = key }, default), Is.EqualTo(new SettlementOutcome.Answered(first)));
        Assert.That(await settling.VoidAsync(poison, Ann with { Key = new("k1", Hash256.Of([2])) }, default), Is.EqualTo(new SettlementOutcome.Answered(null)));
    }

    static Settlement Settled(SettlementOutcome outcome)
    {
        Assert.That(outcome, Is.InstanceOf<SettlementOutcome.Settled>());
        return ((SettlementOutcome.Settled)outcome).Settlement;
    }

    byte[] Sale(string product, long thousandths, int receipt) => EntryCodec.Encode(new SaleRecorded(
        device.NextHeader(), new("T1", "1", receipt), [new(ProductCode.Parse(product), new(thousandths, Unit.Each), new(199, Euro), new(199, Euro))], new(199, Euro), [])).Bytes.ToArray();

    async Task<TestDevice> AddDeviceAsync(int store)
    {
        var added = await shop.AddDeviceAsync(store);
        added.SessionToken = new SessionTokens(TestReplica.Keys).Issue(added.Device, 0, added.Stream);
        return added;
    }

    Task<BatchOutcome> IngestAsync(TestDevice till, Contracts.Sync.V1.Batch batch)
    {
        var assigned = new AssignedStores(1, new Dictionary<int, StoreId> { [1] = till.Store });
        var part = ((BatchExamination.Examined)BatchExaminer.Examine(batch, till.Device, assigned)).Parts.Single();
        return ingest.IngestAsync(till.Device, assigned, part, CancellationToken.None);
    }

    /// <summary>A sale, the bad entry, a sale; the id under which the bad one is kept.</summary>
    async Task<Guid> QuarantineAsync(Action<TestDevice> append)
    {
        device.Sell();
        append(device);
        device.Sell();
        await IngestAsync(device, device.Batch(1, 3));
        return await shop.ScalarAsync<Guid>("select entry_id from journal where quarantine_code is not null");
    }

    /// <summary>The middle one of three sales was refused by the database, which since was mended.</summary>
    async Task<Guid> RefusedByTheDatabaseAsync()
    {
        await shop.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '23514'; end $$;
            create trigger poison before insert on journal for each row when (new.quarantine_code is null and new.sequence = 2) execute function refuse();
            """);
        var sale = await QuarantineAsync(each => each.Sell("B", 3_000));
        await shop.ExecuteAsync("drop trigger poison on journal");
        return sale;
    }

    Task<long> OpenCountAsync() => shop.ScalarAsync<long>("select count(*) from journal where quarantine_code is not null and settled_by is null");

    /// <summary>By the tables, by a rebuild, by the product's own verification and by the checker, which shares no code with it.</summary>
    async Task ProveAsync(bool receipts = true)
    {
        await JournalProof.HoldsAsync(shop);
        var rebuilt = await new Rebuild(queries, TimeProvider.System).RunAsync(null, write: false, _ => { }, default);
        Assert.That(rebuilt.SelectMany(report => report.FirstDifferences), Is.Empty);
        string[] besides = receipts ? [] : ["S24"];
        var verified = await new Verification(queries).RunAsync(null, _ => { }, default);
        Assert.That(verified.Invariants.Where(report => report.State == InvariantState.Broken && !besides.Contains(report.Id)).SelectMany(report => report.Violations), Is.Empty);
        var check = await Check.RunAsync(new([], shop.ConnectionString));
        Assert.That(check.Invariants.Where(result => result.Holds is false && !besides.Contains(result.Id)).Select(result => $"{result.Id}: {result.Detail} {string.Join("; ", result.Offenders)}"), Is.Empty);
    }
}
