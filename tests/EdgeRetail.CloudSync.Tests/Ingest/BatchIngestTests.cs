using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.TestKit;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using CashMoved = EdgeRetail.Contracts.Entries.CashMoved;
using CashMovementKind = EdgeRetail.Contracts.Entries.CashMovementKind;

namespace EdgeRetail.CloudSync.Tests.Ingest;

public sealed class BatchIngestTests
{
    TestShop shop = null!;
    TestDevice device = null!;
    CloudDatabase database = null!;
    BatchIngest ingest = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync(1, 2);
        device = await shop.AddDeviceAsync(1);
        device.SessionToken = Token(device, 0);
        (database, ingest) = NewReplica();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task A_batch_sent_twice_is_stored_once()
    {
        for (var i = 0; i < 5; i++) device.Sell();
        var first = await AcceptedAsync(device.Batch(1, 5));
        var again = await AcceptedAsync(device.Batch(1, 5));
        Assert.That((again.AppliedThrough, again.Chain, again.StoreVersion), Is.EqualTo((first.AppliedThrough, first.Chain, first.StoreVersion)));
        Assert.That(again.Outcomes, Is.EqualTo(Enumerable.Range(1, 5).Select(i => new EntryOutcome.Duplicate(i))));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-5_000));
        await ProveAsync();
    }

    [Test]
    public async Task A_batch_that_overlaps_goes_on_behind_what_is_there()
    {
        for (var i = 0; i < 9; i++) device.Sell();
        await AcceptedAsync(device.Batch(1, 5));
        var accepted = await AcceptedAsync(device.Batch(3, 9));
        Assert.That(accepted.AppliedThrough, Is.EqualTo(9));
        Assert.That(accepted.Outcomes, Is.EqualTo(new[] { 3, 4, 5 }.Select(i => new EntryOutcome.Duplicate(i))));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-9_000));
        await ProveAsync();
    }

    [Test]
    public async Task Two_replicas_given_the_same_batch_at_once_store_it_once()
    {
        for (var i = 0; i < 200; i++) device.Sell($"P{i % 7}");
        var (otherDatabase, other) = NewReplica();
        await using var _ = otherDatabase;
        for (var first = 1; first <= 200; first += 20)
        {
            var batch = device.Batch(first, first + 19);
            var outcomes = await Task.WhenAll(IngestAsync(batch, ingest), IngestAsync(batch, other), IngestAsync(batch, ingest), IngestAsync(batch, other));
            Assert.That(outcomes, Has.All.InstanceOf<BatchOutcome.Accepted>());
            Assert.That(outcomes.Cast<BatchOutcome.Accepted>().Select(outcome => outcome.AppliedThrough), Has.All.EqualTo(first + 19));
            Assert.That(outcomes.Cast<BatchOutcome.Accepted>().Count(outcome => outcome.Outcomes.Count == 0), Is.EqualTo(1), "One merged it, the others found it.");
        }

        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(200));
        await ProveAsync();
    }

    [Test]
    public async Task A_gap_names_what_is_there()
    {
        for (var i = 0; i < 9; i++) device.Sell();
        await AcceptedAsync(device.Batch(1, 3));
        Assert.That(await IngestAsync(device.Batch(5, 9)), Is.EqualTo(new BatchOutcome.SequenceGap(3, device.ChainAt(3))));
        await ProveAsync();
    }

    [Test]
    public async Task Other_bytes_under_an_applied_sequence_are_a_fork([Values(2, 3, 5)] int lastOfTheCopy)
    {
        device.Sell();
        var copy = device.Copy();
        device.Sell("A");
        device.Sell("A");
        for (var i = 1; i < lastOfTheCopy; i++) copy.Sell("B");
        await AcceptedAsync(device.Batch(1, 3));
        Assert.That(await IngestAsync(copy.Batch(2, lastOfTheCopy)), Is.EqualTo(new BatchOutcome.SequenceContentMismatch(2, 3, device.ChainAt(3))));
        Assert.That(await shop.OnHandAsync(1, "B"), Is.Zero);
        await ProveAsync();
    }

    [Test]
    public async Task Another_chain_before_the_batch_is_a_fork()
    {
        for (var i = 0; i < 4; i++) device.Sell();
        await AcceptedAsync(device.Batch(1, 2));
        var batch = device.Batch(3, 4);
        batch.ChainBefore = ByteString.CopyFrom(device.ChainAt(1).ToByteArray());
        Assert.That(await IngestAsync(batch), Is.EqualTo(new BatchOutcome.ChainMismatch(2, device.ChainAt(2))));
        var overlapping = device.Batch(2, 4);
        overlapping.ChainBefore = ByteString.CopyFrom(device.ChainAt(2).ToByteArray());
        Assert.That(await IngestAsync(overlapping), Is.InstanceOf<BatchOutcome.ChainMismatch>(), "Equal entries on another chain.");
        await ProveAsync();
    }

    [Test]
    public async Task An_older_session_is_fenced_and_a_forged_token_too()
    {
        device.Sell();
        await shop.ExecuteAsync("update device set session_number = 3");
        Assert.That(await IngestAsync(device.Batch(1, 1)), Is.InstanceOf<BatchOutcome.SessionFenced>());
        device.SessionToken = Token(device, 3);
        device.SessionToken[^1] ^= 1;
        Assert.That(await IngestAsync(device.Batch(1, 1)), Is.InstanceOf<BatchOutcome.SessionFenced>());
        device.SessionToken = [];
        Assert.That(await IngestAsync(device.Batch(1, 1)), Is.InstanceOf<BatchOutcome.SessionFenced>());
        device.SessionToken = Token(device, 3);
        await AcceptedAsync(device.Batch(1, 1));
        Assert.That(await shop.ScalarAsync<long>("select last_used_session from device"), Is.EqualTo(3));
    }

    [Test]
    public async Task Another_stream_is_closed_and_a_device_that_is_not_active_is_refused()
    {
        device.Sell();
        var batch = device.Batch(1, 1);
        batch.Stream = ByteString.CopyFrom(Guid.Empty.ToByteArray());
        batch.Token = ByteString.CopyFrom(new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, new(Guid.Empty)));
        Assert.That(await IngestAsync(batch), Is.InstanceOf<BatchOutcome.StreamClosed>());
        await shop.ExecuteAsync("update device set state = 'revoked'");
        Assert.That(await IngestAsync(device.Batch(1, 1)), Is.EqualTo(new BatchOutcome.DeviceInactive("revoked")));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.Zero);
    }

    static IEnumerable<TestCaseData> Unmergeable()
    {
        yield return Case("ENTRY_MALFORMED", "bytes that are no entry", device => device.Append([0xFF, 0xFF, 0xFF]));
        yield return Case("ENTRY_MALFORMED", "no bytes at all", device => device.Append([]));
        yield return Case("ENTRY_MALFORMED", "a code with a NUL in the message", device => device.Append(Body(device, body => body.SaleRecorded = new() { Currency = "E\0R", Receipt = new() })));
        yield return Case("ENTRY_TOO_LARGE", "more bytes than an entry has", device => device.Append(new byte[ProtocolLimits.EntryBytesMax + 1]));
        yield return Case("ENTRY_KIND_UNKNOWN", "a kind of tomorrow", device => device.Append(Body(device, body => body.Kind = 99)));
        yield return Case("ENTRY_KIND_UNKNOWN", "a kind beyond the column", device => device.Append(Body(device, body => body.Kind = 4_000_000_000)));
        yield return Case("ENTRY_SCHEMA_UNKNOWN", "a schema of tomorrow", device => device.Append(Body(device, body => body.SchemaVersion = 2)));
        yield return Case("QUANTITY_NOT_POSITIVE", "a rule that is broken", device => device.Sell("A", thousandths: 0));
        yield return Case("ENTRY_OF_OTHER_STORE", "another store than the batch's", device => device.Append(Cash(device.NextHeader() with { Store = new(2) })));
        yield return Case("ENTRY_OF_OTHER_DEVICE", "another device than the sender", device => device.Append(Cash(device.NextHeader() with { Device = new(device.Device.Value - 1) })));
        yield return Case("STORE_NOT_ASSIGNED", "an assignment version that never was", device => device.Append(Cash(device.NextHeader() with { AssignmentVersion = 2 })));
    }

    [TestCaseSource(nameof(Unmergeable))]
    public async Task An_entry_that_cannot_be_merged_is_quarantined_and_the_rest_goes_on(string code, Action<TestDevice> append)
    {
        device.Sell();
        append(device);
        device.Sell();
        var accepted = await AcceptedAsync(device.Batch(1, 3));
        Assert.That(accepted.Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(2, code) }));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-2_000));

        await using var context = shop.Context();
        var row = await context.Journal.SingleAsync(journal => journal.Sequence == 2);
        Assert.That((row.StoreId, row.MergedAtVersion, row.QuarantineCode, row.ReceivedAtVersion), Is.EqualTo((1, (long?)null, code, 2L)));
        Assert.That(row.Bytes, Is.EqualTo(device.Entries[1].Bytes.ToArray()), "Kept as it came.");
        var effect = await context.Effects.SingleAsync(each => each.EntryId == row.EntryId);
        Assert.That((effect.Version, effect.Product, effect.Delta), Is.EqualTo((2L, (string?)null, 0L)));

        var again = await AcceptedAsync(device.Batch(1, 3));
        Assert.That(again.Outcomes, Is.EqualTo(new EntryOutcome[] { new EntryOutcome.Duplicate(1), new EntryOutcome.Quarantined(2, code), new EntryOutcome.Duplicate(3) }), "Told again when it is sent again.");
        await ProveAsync();
    }

    [Test]
    public async Task An_id_that_is_taken_by_other_bytes_is_kept_raised_and_never_overwritten()
    {
        var taken = device.Sell();
        device.Append(Cash(device.NextHeader() with { ClaimedId = taken.Id }));
        device.Sell();
        var accepted = await AcceptedAsync(device.Batch(1, 3));
        Assert.That(accepted.Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(2, "ENTRY_ID_CONFLICT") }));
        Assert.That(await shop.ScalarAsync<byte[]>($"select bytes from journal where entry_id = '{taken.Id}'"), Is.EqualTo(taken.Bytes.ToArray()));
        Assert.That(await shop.ScalarAsync<short>("select disposition from stream_sequence where sequence = 2"), Is.EqualTo((short)SequenceDisposition.IdConflict));

        Assert.That((await AcceptedAsync(device.Batch(2, 2))).Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(2, "ENTRY_ID_CONFLICT") }));
        device.Append(device.Entries[1]);
        Assert.That((await AcceptedAsync(device.Batch(4, 4))).Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(4, "ENTRY_ID_CONFLICT") }), "The same bytes once more are not kept twice.");
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(3));
        await ProveAsync();
    }

    [Test]
    public async Task Entries_under_another_stream_are_duplicates_and_their_sequences_are_consumed()
    {
        for (var i = 0; i < 5; i++) device.Sell();
        device.Append([1, 2, 3]);
        await AcceptedAsync(device.Batch(1, 6));
        var restamped = new TestDevice(device.Device, device.Token, new(new Guid("33333333-3333-4333-8333-333333333333")), device.Store);
        foreach (var entry in device.Entries.Skip(2)) restamped.Append(entry);
        restamped.Sell();
        await shop.ExecuteAsync($"""
            insert into stream (stream_id, device_id, applied_through, applied_chain, opened_at_ms, durable_through, opened_because)
            values ('{restamped.Stream}', {device.Device}, 0, decode('{ChainHash.Start(restamped.Stream)}', 'hex'), 0, 0, 'ENROLLED');
            update device set stream_id = '{restamped.Stream}';
            """);
        restamped.SessionToken = Token(restamped, 0);

        var accepted = await AcceptedAsync(restamped.Batch(1, 5));
        Assert.That(accepted.Outcomes, Is.EqualTo(new EntryOutcome[]
        {
            new EntryOutcome.Duplicate(1), new EntryOutcome.Duplicate(2), new EntryOutcome.Duplicate(3), new EntryOutcome.Quarantined(4, "ENTRY_MALFORMED"),
        }));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-6_000));
        Assert.That((await AcceptedAsync(restamped.Batch(1, 5))).Outcomes, Has.Count.EqualTo(5), "And again, by their sequences.");
        await ProveAsync();
    }

    [Test]
    public async Task The_same_bytes_twice_in_one_batch_count_once()
    {
        device.Append(device.Sell());
        Assert.That((await AcceptedAsync(device.Batch(1, 2))).Outcomes, Is.EqualTo(new[] { new EntryOutcome.Duplicate(2) }));
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-1_000));
        await ProveAsync();
    }

    [Test]
    public async Task A_batch_for_a_store_that_was_never_assigned_touches_the_present_one_alone()
    {
        device.Append(Cash(device.NextHeader() with { Store = new(2) }));
        var batch = device.Batch(1, 1);
        batch.Store = 2;
        Assert.That((await AcceptedAsync(batch)).Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(1, "STORE_NOT_ASSIGNED") }).Or.EqualTo(new[] { new EntryOutcome.Quarantined(1, "ENTRY_OF_OTHER_STORE") }));
        Assert.That(await shop.ScalarAsync<long>("select version from store_head where store_id = 2"), Is.Zero);
        Assert.That(await shop.ScalarAsync<long>("select version from store_head where store_id = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_device_that_was_assigned_anew_is_told_and_its_old_entries_still_go_where_they_happened()
    {
        device.Sell();
        await shop.ExecuteAsync($"insert into device_assignment values ({device.Device}, 2, 2, 0); update device set store_id = 2, assignment_version = 2;");
        Assert.That(await IngestAsync(device.Batch(1, 1)), Is.InstanceOf<BatchOutcome.AssignmentMoved>());
        var both = new AssignedStores(2, new Dictionary<int, StoreId> { [1] = new(1), [2] = new(2) });
        Assert.That(await IngestAsync(device.Batch(1, 1), ingest, both), Is.InstanceOf<BatchOutcome.Accepted>());
        Assert.That(await shop.OnHandAsync(1, "A"), Is.EqualTo(-1_000));
    }

    [Test]
    public async Task A_merge_that_the_database_refuses_is_halved_until_the_entry_stands_alone([Values(1, 2, 57, 100)] int poison)
    {
        for (var i = 0; i < 100; i++) device.Sell($"P{i % 3}", thousandths: 1_000 + i);
        await shop.ExecuteAsync($"""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the % is poisoned', 'till' using errcode = '23514'; end $$;
            create trigger poison before insert on journal for each row when (new.entry_id = '{device.Entries[poison - 1].Id}' and new.quarantine_code is null) execute function refuse();
            """);
        var accepted = await AcceptedAsync(device.Batch(1, 100));
        Assert.That(accepted.Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(poison, BatchIngest.MergeFailedCode) }));
        Assert.That(await shop.ScalarAsync<string>("select quarantine_detail from journal where quarantine_code is not null"), Is.EqualTo("23514: the till is poisoned"));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(100));
        await ProveAsync();
    }

    [Test]
    public async Task A_refusal_that_is_not_an_entrys_fault_quarantines_nothing()
    {
        device.Sell();
        device.Sell();
        await shop.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no entry at all' using errcode = '23514'; end $$;
            create trigger poison before insert on journal for each row execute function refuse();
            """);
        Assert.That(await IngestAsync(device.Batch(1, 2)), Is.InstanceOf<BatchOutcome.Unavailable>());
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.Zero);
        await shop.ExecuteAsync("drop trigger poison on journal");
        await AcceptedAsync(device.Batch(1, 2));
        await ProveAsync();
    }

    [TestCase("40001", 2, true)]
    [TestCase("40P01", 3, true)]
    [TestCase("40001", 1_000, false)]
    [TestCase("53100", 1, false)]
    public async Task A_transient_failure_is_tried_again_at_most_three_times(string sqlState, int failures, bool succeeds)
    {
        for (var i = 0; i < 3; i++) device.Sell();
        await shop.ExecuteAsync($"""
            create sequence failures;
            create function fail() returns trigger language plpgsql as $$ begin if nextval('failures') <= {failures} then raise exception 'not now' using errcode = '{sqlState}'; end if; return new; end $$;
            create trigger fail before update on store_head for each row execute function fail();
            """);
        var outcome = await IngestAsync(device.Batch(1, 3));
        if (succeeds) Assert.That(outcome, Is.InstanceOf<BatchOutcome.Accepted>().With.Property("AppliedThrough").EqualTo(3));
        else Assert.That(outcome, Is.InstanceOf<BatchOutcome.Unavailable>());
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(succeeds ? 3 : 0), "All of it or nothing.");
        await ProveAsync();
    }

    [Test]
    public async Task Connections_that_the_server_ends_are_replaced_within_the_batch()
    {
        device.Sell();
        device.Sell();
        await AcceptedAsync(device.Batch(1, 1));
        await shop.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cloud-sync ingest' and datname = current_database()");
        Assert.That((await AcceptedAsync(device.Batch(2, 2))).AppliedThrough, Is.EqualTo(2));
        await ProveAsync();
    }

    [Test]
    public async Task A_clock_far_ahead_is_clamped_and_time_rises_over_batches()
    {
        device.Sell();
        device.NextHeader(TimeSpan.FromDays(400));
        device.Sell();
        device.Sell();
        device.NextHeader(TimeSpan.FromDays(-800));
        device.Sell();
        await AcceptedAsync(device.Batch(1, 2));
        await AcceptedAsync(device.Batch(3, 4));
        await using var context = shop.Context();
        var rows = await context.Journal.OrderBy(row => row.Sequence).ToListAsync();
        Assert.That(rows.Select(row => (EffectiveTimeSource)row.EffectiveTimeSource), Is.EqualTo(new[] { EffectiveTimeSource.Hlc, EffectiveTimeSource.Clamped, EffectiveTimeSource.Clamped, EffectiveTimeSource.Raised })
            .Or.EqualTo(new[] { EffectiveTimeSource.Hlc, EffectiveTimeSource.Clamped, EffectiveTimeSource.Raised, EffectiveTimeSource.Raised }), "The second batch may come within the same millisecond.");
        Assert.That(rows.Select(row => row.EffectiveTime), Is.Ordered.Ascending);
        Assert.That(rows.Select(row => (row.EffectiveTime >> 16) - row.ReceivedAtMs), Has.All.AtMost(60_000));
    }

    [Test]
    public async Task The_hot_path_scans_no_table()
    {
        for (var i = 0; i < 400; i++) device.Sell($"P{i % 5}");
        for (var i = 1; i <= 100; i++) await AcceptedAsync(device.Batch(i, i));
        for (var i = 101; i <= 301; i += 100) await AcceptedAsync(device.Batch(i, i + 99));
        await AcceptedAsync(device.Batch(350, 400));
        // Ended sessions have reported all their figures.
        await database.DisposeAsync();
        (database, ingest) = NewReplica();
        const string Scans = "select coalesce(string_agg(relname || ' ' || seq_scan, ', '), '') from pg_stat_user_tables where relname in ('journal', 'effect', 'stock', 'stream', 'store_head', 'device', 'stream_sequence') and seq_scan > 0";
        await Eventually.IsTrue(async () => await shop.ScalarAsync<long>("select n_tup_ins from pg_stat_user_tables where relname = 'journal'") == 400, "the server's figures are up to date");
        Assert.That(await shop.ScalarAsync<string>(Scans), Is.Empty);
    }

    [Test]
    public void A_batch_beyond_a_limit_is_told_the_limit()
    {
        var assigned = Assigned();
        for (var i = 0; i <= ProtocolLimits.BatchEntriesMax; i++) device.Append([1]);
        Assert.That(BatchExaminer.Examine(device.Batch(1, ProtocolLimits.BatchEntriesMax + 1), device.Device, assigned), Is.InstanceOf<BatchExamination.TooLarge>().With.Property("Limit").EqualTo(ProtocolLimits.BatchEntriesMax));
        Assert.That(BatchExaminer.Examine(device.Batch(1, ProtocolLimits.BatchEntriesMax), device.Device, assigned), Is.InstanceOf<BatchExamination.Examined>());

        var heavy = new Batch { FirstSequence = 1, ChainBefore = ByteString.CopyFrom(new byte[32]) };
        for (var i = 0; i < 5; i++) heavy.Entries.Add(ByteString.CopyFrom(new byte[ProtocolLimits.EntryBytesMax]));
        Assert.That(BatchExaminer.Examine(heavy, device.Device, assigned), Is.InstanceOf<BatchExamination.TooLarge>().With.Property("Limit").EqualTo(ProtocolLimits.BatchBytesMax));
    }

    [Test]
    public void A_batch_that_changed_on_the_way_is_noticed_wherever_a_bit_was_turned_over()
    {
        for (var i = 0; i < 3; i++) device.Sell();
        var sound = device.Batch(1, 3);
        sound.ChainCheck = device.ChainAt(3).Check;
        Assert.That(Examine(sound), Is.InstanceOf<BatchExamination.Examined>());
        for (var entry = 0; entry < 3; entry++)
        {
            for (var bit = 0; bit < sound.Entries[entry].Length * 8; bit++)
            {
                var bytes = sound.Entries[entry].ToByteArray();
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                var changed = sound.Clone();
                changed.Entries[entry] = ByteString.CopyFrom(bytes);
                Assert.That(Examine(changed), Is.EqualTo(new BatchExamination.Damaged(1, 3)), $"bit {bit} of entry {entry}");
            }
        }

        var moved = sound.Clone();
        moved.FirstSequence = 2;
        var torn = sound.Clone();
        torn.Entries.RemoveAt(2);
        var other = sound.Clone();
        other.ChainBefore = ByteString.CopyFrom(device.ChainAt(1).ToByteArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Examine(moved), Is.EqualTo(new BatchExamination.Damaged(2, 4)));
            Assert.That(Examine(torn), Is.EqualTo(new BatchExamination.Damaged(1, 2)));
            Assert.That(Examine(other), Is.EqualTo(new BatchExamination.Damaged(1, 3)));
        }

        BatchExamination Examine(Batch batch) => BatchExaminer.Examine(batch, device.Device, Assigned());
    }

    [TestCase(0UL, 32)]
    [TestCase(ulong.MaxValue, 32)]
    [TestCase(1UL, 31)]
    public void A_batch_without_a_place_in_a_stream_is_none(ulong firstSequence, int chainBytes) =>
        Assert.That(BatchExaminer.Examine(new() { FirstSequence = firstSequence, ChainBefore = ByteString.CopyFrom(new byte[chainBytes]) }, device.Device, Assigned()), Is.InstanceOf<BatchExamination.Invalid>());

    static TestCaseData Case(string code, string name, Action<TestDevice> append) => new TestCaseData(code, append).SetArgDisplayNames($"{code}: {name}");

    static byte[] Body(TestDevice device, Action<EntryBody> change)
    {
        var body = EntryBody.Parser.ParseFrom(EntryCodec.Encode(Cash(device.NextHeader())).Bytes.Span);
        body.CashMoved = null;
        body.Kind = 20;
        change(body);
        return body.ToByteArray();
    }

    static CashMoved Cash(EntryHeader header) => new(header, CashMovementKind.In, new(100, Currency.Parse("EUR")), "");

    static byte[] Token(TestDevice device, long session) => new SessionTokens(TestReplica.Keys).Issue(device.Device, session, device.Stream);

    (CloudDatabase Database, BatchIngest Ingest) NewReplica()
    {
        var own = new CloudDatabase(shop.ConnectionString, 4);
        return (own, new(own, new SessionTokens(TestReplica.Keys), new MergeAdmission(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance));
    }

    AssignedStores Assigned() => new(1, new Dictionary<int, StoreId> { [1] = device.Store });

    Task<BatchOutcome> IngestAsync(Batch batch) => IngestAsync(batch, ingest);

    async Task<BatchOutcome> IngestAsync(Batch batch, BatchIngest replica, AssignedStores? assigned = null)
    {
        assigned ??= Assigned();
        var parts = ((BatchExamination.Examined)BatchExaminer.Examine(batch, device.Device, assigned)).Parts;
        return await replica.IngestAsync(device.Device, assigned, parts.Single(), CancellationToken.None);
    }

    async Task<BatchOutcome.Accepted> AcceptedAsync(Batch batch)
    {
        var outcome = await IngestAsync(batch);
        Assert.That(outcome, Is.InstanceOf<BatchOutcome.Accepted>());
        return (BatchOutcome.Accepted)outcome;
    }

    Task ProveAsync() => JournalProof.HoldsAsync(shop);
}
