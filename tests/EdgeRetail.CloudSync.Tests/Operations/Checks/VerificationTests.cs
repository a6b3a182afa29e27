using EdgeRetail.CloudSync.Operations.Checks;

namespace EdgeRetail.CloudSync.Tests.Operations.Checks;

/// <summary>Everything that can be tampered with behind the product's back is seen, and named.</summary>
public sealed class VerificationTests
{
    ShopHistory history = null!;

    [SetUp]
    public async Task OpenAsync() => history = await ShopHistory.MakeAsync();

    [TearDown]
    public async Task CloseAsync() => await history.DisposeAsync();

    [Test]
    public async Task What_real_sessions_made_holds()
    {
        var result = await VerifyAsync();

        Assert.That(result.Invariants.SelectMany(invariant => invariant.Violations), Is.Empty);
        Assert.That(result.Invariants.Where(invariant => invariant.State == InvariantState.Holds).Select(invariant => invariant.Id), Is.EqualTo(new[] { "S2", "S3", "S4", "S5", "S10", "S12", "S13", "S14", "S17", "S18", "S19", "S24" }));
        Assert.That(result.Invariants.Where(invariant => invariant.State == InvariantState.NotYet).Select(invariant => invariant.Id), Is.EqualTo(new[] { "S20", "S25" }));
        Assert.That((result.Stores, result.Entries), Is.EqualTo((2, 11)));
    }

    [Test]
    public async Task An_entry_that_came_under_two_sequences_holds()
    {
        // A device that sends an entry again under a later sequence: the journal has it once, stream_sequence the other time.
        history.First.Device.Append(history.Sale);
        await history.SendAsync(history.First);

        Assert.That(await history.Shop.ScalarAsync<long>("select count(*) from stream_sequence"), Is.EqualTo(1));
        Assert.That((await VerifyAsync()).Invariants.SelectMany(invariant => invariant.Violations), Is.Empty);
    }

    [TestCase("S2", "are not those that were hashed", "update journal set bytes = bytes || '\\x00' where store_id = 1 and received_at_version = 2")]
    [TestCase("S2", "stands under an id that is not its bytes'", "update journal set entry_id = '01994d2c-5c00-8abc-8def-0123456789ab' where store_id = 1 and received_at_version = 2")]
    [TestCase("S2", "is in the journals of stores 1, 2", "insert into journal select 2, entry_id, device_id, stream_id, 99, kind, schema_version, bytes, hash, received_at_ms, 99, null, effective_time + 1000000000, effective_time_source, business_date, 'X', null from journal where store_id = 1 and received_at_version = 2")]
    [TestCase("S10", "is two entries", "update journal set sequence = 2 where store_id = 1 and received_at_version = 3")]
    [TestCase("S4", "sequence 2 of stream|neither in the journal", "delete from journal where store_id = 1 and received_at_version = 2")]
    [TestCase("S4", "sequence 4 of stream|are applied, and neither", "delete from journal where store_id = 1 and received_at_version = 8")]
    [TestCase("S4", "is applied through 3 only", "update stream set applied_through = 3 where device_id = (select device_id from device where device_code = 'T1')")]
    [TestCase("S4", "(T1) does not recompute at 4", "update stream set applied_chain = sha256('x') where device_id = (select device_id from device where device_code = 'T1')")]
    [TestCase("S4", "which no journal of its device's stores has", "insert into stream_sequence select stream_id, applied_through + 1, gen_random_uuid(), sha256('x'), 1 from stream where device_id = (select device_id from device where device_code = 'T1')")]
    [TestCase("S4", "none of it is there", "insert into stream select gen_random_uuid(), device_id, 7, sha256('x'), 0, null, 0, 'ENROLLED' from device where device_code = 'T3'")]
    [TestCase("S5", "stock of 4006381333931 in store 1 is 41 at version 8, the journal makes it 36", "update stock set on_hand = 41000 where store_id = 1 and product = '04006381333931'")]
    [TestCase("S5", "stock of SOAP-1 in store 1 is missing, the journal makes it 9", "delete from stock where store_id = 1 and product = 'SOAP-1'")]
    [TestCase("S5", "stock of GHOST in store 2 is 1, and no entry moves it", "insert into stock values (2, 'GHOST', 1000, 1)")]
    [TestCase("S5", "effect 2.0 of store 1 is 4006381333931 -4", "update effect set delta = -4000 where store_id = 1 and version = 2 and ordinal = 0")]
    [TestCase("S5", "its effects sum to 35", "update effect set delta = -4000 where store_id = 1 and version = 2 and ordinal = 0")]
    [TestCase("S5", "effect 2.1 of store 1 is missing", "delete from effect where store_id = 1 and version = 2 and ordinal = 1")]
    [TestCase("S5", "effect 9.0 of store 1|none that the journal makes", "insert into effect values (1, 9, 0, gen_random_uuid(), 'RICE', 1, 1)")]
    [TestCase("S5", "stock of SOAP-1 in store 1 is 9 at version 7, the journal makes it 12", "update journal set merged_at_version = null, quarantine_code = 'X' where store_id = 1 and received_at_version in (2, 7)")]
    [TestCase("S14", "version 2 of store 1 have no entry in the journal", "delete from journal where store_id = 1 and received_at_version = 2")]
    [TestCase("S14", "version 3 of store 1 is taken twice", "update journal set received_at_version = 3, merged_at_version = 3 where store_id = 1 and received_at_version = 2")]
    [TestCase("S14", "the feed hash of store 1 at version 3 does not recompute", "update store_commit set hash = sha256('x') where store_id = 1 and version = 3")]
    [TestCase("S14", "the commit of store 1 at version 3 says 99 effects", "update store_commit set effect_count = 99 where store_id = 1 and version = 3")]
    [TestCase("S14", "the last 1 version of store 1, up to 8, are in no commit", "delete from store_commit where store_id = 1 and version = 8")]
    [TestCase("S14", "has a commit at version 12", "insert into store_commit values (1, 12, sha256('x'), 1, 0, 0, decode(repeat('00', 16), 'hex'), 0)")]
    [TestCase("S14", "the head of store 1 is at version 9, its journal at 8", "update store_head set version = 9 where store_id = 1")]
    [TestCase("S14", "the feed hash at the head of store 2 (version 3) does not recompute", "update store_head set hash = sha256('x') where store_id = 2")]
    [TestCase("S14", "T1 says that it has applied stock to 99 of 8", "insert into device_status (device_id, session_number, replica, connected, confirmed_at_ms, last_heard_at_ms, last_sequence, outbox_count, pending_count, store_cursor, catalogue_cursor, software_version, cache_drift_count, resync_rows, resync_rows_total, durable_through, oldest_retained) select device_id, 9, 'r', false, 0, 0, 0, 0, 0, 99, 0, '', 0, 0, 0, 0, 0 from device where device_code = 'T1' on conflict (device_id) do update set store_cursor = 99")]
    [TestCase("S14", "the catalogue's head is at version 9, its last commit at 3", "update catalogue_head set version = 9")]
    [TestCase("S14", "the catalogue's feed hash at version 3 does not recompute", "update product set code = 'RICF' where code = 'RICE'")]
    [TestCase("S14", "the catalogue's checksum at its head (version 3) is not that of its products", "update product set name = 'Mice' where code = 'RICE'")]
    [TestCase("S14", "share version 2 of the catalogue", "update product set version = 2 where version = 1")]
    [TestCase("S14", "which ends at 3", "update product set version = 4 where version = 3")]
    [TestCase("S3", "to which the device was never assigned", "update journal set store_id = 2, received_at_version = 4, merged_at_version = 4 where store_id = 1 and received_at_version = 8")]
    [TestCase("S3", "was not assigned to store 1 under version 1", "update device_assignment set store_id = 2 where device_id = (select device_id from device where device_code = 'T1')")]
    [TestCase("S17", "is merged into store 2, and its bytes name store 1", "insert into device_assignment select device_id, 2, 2, 0 from device where device_code = 'T1'; update journal set store_id = 2, received_at_version = 4, merged_at_version = 4 where store_id = 1 and received_at_version = 8")]
    [TestCase("S3", "and came in a stream of device", "update journal set device_id = (select device_id from device where device_code = 'T2') where store_id = 1 and received_at_version = 8")]
    [TestCase("S17", "which was never assigned to it", "update store_commit set device_id = (select device_id from device where device_code = 'T3') where store_id = 1 and version = 3")]
    [TestCase("S18", "(T1, sequence 3)|not above", "update journal set effective_time = effective_time - (60000::bigint << 16) where store_id = 1 and received_at_version = 3")]
    [TestCase("S18", "ms past its receipt", "update journal set received_at_ms = received_at_ms - 3600000 where store_id = 1 and received_at_version = 8")]
    [TestCase("S18", "lies in the future", "update journal set effective_time = effective_time + (3600000::bigint << 16), received_at_ms = received_at_ms + 3600000 where store_id = 1 and received_at_version = 8")]
    [TestCase("S3", "is merged, and its bytes cannot be read", "update journal set merged_at_version = received_at_version, quarantine_code = null where quarantine_code is not null")]
    [TestCase("S19", "product RICE has a price, currency or unit", "update product set price_minor = -1 where code = 'RICE'")]
    public async Task What_is_tampered_with_is_named(string invariant, string words, string sql)
    {
        await history.Shop.ExecuteAsync(sql);

        var report = (await VerifyAsync()).Invariants.Single(each => each.Id == invariant);

        Assert.That(report.State, Is.EqualTo(InvariantState.Broken));
        foreach (var part in words.Split('|'))
            Assert.That(report.Violations, Has.Some.Contains(part));
    }

    [Test]
    public async Task Receipts_with_a_gap_or_twice_are_named()
    {
        history.Other.RepeatReceipt();
        history.Other.Sell((ShopHistory.Pen, 1, 120));
        history.First.SkipReceipt();
        history.First.Sell((ShopHistory.Pen, 1, 120));
        await history.SendAsync(history.Other);
        await history.SendAsync(history.First);

        var report = (await VerifyAsync()).Invariants.Single(each => each.Id == "S24");
        Assert.That(report.ViolationCount, Is.EqualTo(2));
        Assert.That(report.Violations, Has.Some.Contains("between receipts 3 and 5 of series T1-1 1 are missing"));
        Assert.That(report.Violations, Has.Some.StartsWith("receipt T3-1-000001 of entry").And.Some.EndsWith("comes again, or after a later one"));
    }

    [Test]
    public async Task A_receipt_within_bytes_that_cannot_be_read_is_not_missed()
    {
        // The device printed a receipt for it; quarantine names the entry.
        history.First.SkipReceipt();
        history.First.Poison();
        history.First.Sell((ShopHistory.Pen, 1, 120));
        await history.SendAsync(history.First);

        Assert.That((await VerifyAsync()).Invariants.Single(each => each.Id == "S24").State, Is.EqualTo(InvariantState.Holds));
    }

    [Test]
    public async Task Of_many_violations_the_first_are_named_and_all_are_counted()
    {
        for (var i = 0; i < 40; i++) history.First.Sell((ShopHistory.Pen, 1, 120));
        await history.SendAsync(history.First);
        await history.Shop.ExecuteAsync("update effect set delta = delta - 1 where store_id = 1 and version > 8");

        var report = (await VerifyAsync()).Invariants.Single(each => each.Id == "S5");

        Assert.That(report.Violations, Has.Count.EqualTo(Violations.Kept));
        Assert.That(report.ViolationCount, Is.EqualTo(41), "40 effects, and the sum of the product");
    }

    [Test]
    public async Task A_store_can_be_checked_alone()
    {
        await history.Shop.ExecuteAsync("update stock set on_hand = on_hand + 1 where store_id = 1");

        Assert.That((await VerifyAsync(2)).IsBroken, Is.False);
        Assert.That((await VerifyAsync(1)).IsBroken, Is.True);
    }

    Task<VerificationResult> VerifyAsync(int? store = null) => new Verification(history.Database).RunAsync(store, _ => { }, CancellationToken.None);
}
