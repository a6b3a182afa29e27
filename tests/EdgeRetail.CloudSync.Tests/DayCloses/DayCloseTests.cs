using System.Globalization;
using EdgeRetail.Checker;
using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.DayCloses;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.CloudSync.Tests.Operations;
using EdgeRetail.Contracts.Certificates;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.TestKit;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.DayCloses;

/// <summary>Closes of tills against the journal of a real PostgreSQL: certified where nothing is missing, else with what is.</summary>
public sealed class DayCloseTests
{
    readonly TemporaryDirectory folder = new();
    TestShop shop = null!;
    TestDevice device = null!;
    Till till = null!;
    CloudDatabase database = null!;
    NpgsqlDataSource queries = null!;
    BatchIngest ingest = null!;
    long sent;

    string KeyFile => folder["keys/certificate-keys.json"];

    [SetUp]
    public async Task OpenAsync()
    {
        shop = await TestShop.OpenAsync(1);
        database = new(shop.ConnectionString, 4);
        queries = NpgsqlDataSource.Create(shop.ConnectionString);
        ingest = new(database, new(TestReplica.Keys), new(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance);
        (device, till) = await AddTillAsync("T1");
        sent = 0;
        if (File.Exists(KeyFile)) File.Delete(KeyFile);
        CertificateKeyFile.Init(KeyFile, SecretSource.OfTheSystem, TimeProvider.System);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await queries.DisposeAsync();
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task A_close_of_everything_that_came_is_certified_and_the_file_proves_it_without_the_cloud()
    {
        var sale = till.Sell(("4006381333931", 2, 240));
        till.Sell(("4006381333931", 1, 120));
        till.Refund(sale, "4006381333931", 1, 120);
        till.MoveCash(100);
        var (_, other) = await AddTillAsync("T2");
        other.Sell(("4006381333931", 1, 120));
        await SendAsync();
        await SendAsync(other.Device, 1);
        var close = Close();
        await SendAsync();
        await AnswerAsync();

        var (item, certificate) = await FindAsync(close);
        Assert.That((item.State, item.EntryCount, item.Gaps.Count), Is.EqualTo(("certified", 4L, 0)));
        Assert.That(item.Receipts.Single(), Is.EqualTo(new DayCloseReceipts("T1", "1", 1, 3, 3)));
        Assert.That(item.ExpectedCash.Single().Minor, Is.EqualTo(240 + 120 - 120 - 100));
        var statement = Holds(certificate!);
        Assert.That((statement.Store.Value, statement.Device, statement.DeviceCode, statement.Figures.EntryCount), Is.EqualTo((1, device.Device, "T1", 4L)));
        Assert.That(statement.CloseHash, Is.EqualTo(close.Hash));
        await ProveAsync();
    }

    [Test]
    public async Task Receipts_that_are_missing_are_named_and_nothing_is_certified()
    {
        till.Sell(("4006381333931", 1, 120));
        till.SkipReceipt();
        till.SkipReceipt();
        till.Sell(("4006381333931", 1, 120));
        var close = Close();
        await SendAsync();
        await AnswerAsync();

        var (item, certificate) = await FindAsync(close);
        Assert.That((item.State, certificate), Is.EqualTo(("gaps", (string?)null)));
        Assert.That(item.Gaps.Select(gap => (gap.Code, gap.First, gap.Last)), Is.EqualTo(new[] { (DayCloseComparison.ReceiptsMissingCode, (int?)2, (int?)3) }));
        Assert.That(item.Gaps[0].Message, Does.Contain("T1-1-000002 to 000003"));
    }

    [Test]
    public async Task A_series_goes_on_where_the_close_before_ended()
    {
        till.Sell(("4006381333931", 1, 120));
        var first = Close();
        till.SkipReceipt();
        till.Sell(("4006381333931", 1, 120));
        var second = Close(first, BusinessDate.AddDays(1));
        await SendAsync();
        await AnswerAsync();

        Assert.That((await FindAsync(first)).Item.State, Is.EqualTo("certified"));
        Assert.That((await FindAsync(second)).Item.Gaps.Select(gap => (gap.Code, gap.First, gap.Last)), Is.EqualTo(new[] { (DayCloseComparison.ReceiptsMissingCode, (int?)2, (int?)2) }));
    }

    [Test]
    public async Task What_the_till_counted_and_the_journal_lacks_is_a_gap()
    {
        till.Sell(("4006381333931", 1, 120));
        var forgotten = till.Sell(("4006381333931", 1, 120));
        var figures = Figures(null);
        device.Forget(forgotten);
        var close = device.Append(new BusinessDayClosed(device.NextHeader(), BusinessDate, null, figures));
        await SendAsync();
        await AnswerAsync();

        Assert.That((await FindAsync(close)).Item.Gaps.Select(gap => gap.Code), Is.EqualTo(new[]
        {
            DayCloseComparison.CountCode, DayCloseComparison.ReceiptsDifferCode, DayCloseComparison.TotalsCode,
        }));
    }

    [Test]
    public async Task Other_entries_of_the_same_number_and_money_are_told_by_their_digest()
    {
        till.Sell(("4006381333931", 1, 120));
        var figures = Figures(null);
        var close = device.Append(new BusinessDayClosed(device.NextHeader(), BusinessDate, null, figures with { Digest = figures.Digest.Append(new(Guid.Empty)) }));
        await SendAsync();
        await AnswerAsync();
        Assert.That((await FindAsync(close)).Item.Gaps.Select(gap => gap.Code), Is.EqualTo(new[] { DayCloseComparison.DigestCode }));
    }

    [Test]
    public async Task A_close_that_goes_on_from_one_that_the_journal_lacks_says_so()
    {
        till.Sell(("4006381333931", 1, 120));
        var close = device.Append(new BusinessDayClosed(device.NextHeader(), BusinessDate, new EntryId(Guid.Parse("01994d2c-5c00-8abc-8def-0123456789ab")), Figures(null)));
        await SendAsync();
        await AnswerAsync();
        Assert.That((await FindAsync(close)).Item.Gaps.Select(gap => gap.Code), Is.EqualTo(new[] { DayCloseComparison.PreviousMissingCode }));
    }

    [Test]
    public async Task Late_entries_stand_in_a_bucket_of_their_own_date()
    {
        till.Sell(("4006381333931", 1, 120));
        var first = Close();
        till.Sell(("4006381333931", 1, 500));
        var second = Close(first, BusinessDate.AddDays(1));
        await SendAsync();
        await AnswerAsync();

        var (item, certificate) = await FindAsync(second);
        Assert.That(item.State, Is.EqualTo("certified"), string.Join(' ', item.Gaps.Select(gap => gap.Message)));
        Assert.That(item.Buckets.Select(bucket => (bucket.Date, bucket.IsLate, bucket.EntryCount, bucket.Totals.Single().Sales.Minor)), Is.EqualTo(new[] { (BusinessDate, true, 1L, 500L) }));
        Assert.That(Holds(certificate!).Figures.Buckets.Single().IsLate, Is.True);
    }

    [Test]
    public async Task After_a_restamping_under_a_new_stream_the_same_close_is_certified()
    {
        till.Sell(("4006381333931", 1, 120));
        till.Sell(("4006381333931", 1, 120));
        await SendAsync();
        var opened = new StreamId(Guid.NewGuid());
        await shop.ExecuteAsync($"insert into stream (stream_id, device_id, applied_through, applied_chain, durable_through, opened_at_ms, opened_because) select '{opened.Value}', device_id, 0, '\\x{Convert.ToHexString(ChainHash.Start(opened).ToByteArray())}', 0, 0, 'TEST' from device where device_id = {device.Device.Value}; update device set stream_id = '{opened.Value}' where device_id = {device.Device.Value}");
        device.Restamp(opened);
        device.SessionToken = new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, opened);

        till.Sell(("4006381333931", 1, 120));
        var close = Close();
        sent = 0;
        await SendAsync();
        await AnswerAsync();
        var (item, _) = await FindAsync(close);
        Assert.That((item.State, item.EntryCount), Is.EqualTo(("certified", 3L)), string.Join(' ', item.Gaps.Select(gap => gap.Message)));
    }

    [Test]
    public async Task An_entry_in_quarantine_was_received_and_is_counted()
    {
        till.Sell(("4006381333931", 1, 120));
        device.Append(new StockWasted(device.NextHeader(), ProductCode.Parse("04006381333931"), new(0, Unit.Each), WasteReason.Expired, ""));
        var close = Close();
        await SendAsync();
        await AnswerAsync();
        var (item, certificate) = await FindAsync(close);
        Assert.That(item.State, Is.EqualTo("certified"), string.Join(' ', item.Gaps.Select(gap => gap.Message)));
        Assert.That(Holds(certificate!).Quarantined, Is.EqualTo(1));
    }

    [Test]
    public async Task Bytes_that_cannot_be_read_keep_a_close_from_being_certified()
    {
        till.Sell(("4006381333931", 1, 120));
        till.Poison();
        var close = Close();
        await SendAsync();
        await AnswerAsync();
        Assert.That((await FindAsync(close)).Item.Gaps.Select(gap => gap.Code), Is.EqualTo(new[] { DayCloseComparison.UnreadableCode }));
    }

    [Test]
    public async Task A_close_that_stood_in_quarantine_is_answered_once_it_is_replayed()
    {
        till.Sell(("4006381333931", 1, 120));
        var close = Close();
        await shop.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '23514'; end $$;
            create trigger poison before insert on journal for each row when (new.quarantine_code is null and new.kind = 32) execute function refuse();
            """);
        await SendAsync();
        await AnswerAsync();
        Assert.That(await new DayCloseQueries(queries).FindAsync(1, close.Id.Value, default), Is.Null, "It stands in quarantine.");
        await shop.ExecuteAsync("drop trigger poison on journal");
        Assert.That(await new QuarantineSettling(queries, SecretSource.OfTheSystem).ReplayAsync(close.Id.Value, new("ann", "mended"), default), Is.InstanceOf<SettlementOutcome.Settled>());
        await AnswerAsync();
        Assert.That((await FindAsync(close)).Item.State, Is.EqualTo("certified"));
    }

    [Test]
    public async Task Without_a_key_nothing_is_signed_and_with_one_it_is()
    {
        File.Delete(KeyFile);
        till.Sell(("4006381333931", 1, 120));
        var close = Close();
        await SendAsync();
        await AnswerAsync();
        var (item, certificate) = await FindAsync(close);
        Assert.That((item.State, certificate), Is.EqualTo(("waitsForKey", (string?)null)));
        await AnswerAsync();
        Assert.That(await shop.ScalarAsync<long>("select answers from store_head"), Is.EqualTo(1), "It is not answered again and again.");

        CertificateKeyFile.Init(KeyFile, SecretSource.OfTheSystem, TimeProvider.System);
        await AnswerAsync();
        (item, certificate) = await FindAsync(close);
        Assert.That(item.State, Is.EqualTo("certified"));
        Holds(certificate!);
    }

    [Test]
    public async Task What_an_old_key_signed_holds_after_a_rotation_and_new_closes_are_signed_with_the_new_one()
    {
        till.Sell(("4006381333931", 1, 120));
        var first = Close();
        await SendAsync();
        await AnswerAsync();
        var rotated = CertificateKeyFile.Rotate(KeyFile, SecretSource.OfTheSystem, TimeProvider.System);
        till.Sell(("4006381333931", 1, 120));
        var second = Close(first, BusinessDate.AddDays(1));
        await SendAsync();
        await AnswerAsync();

        var (before, after) = (Holds((await FindAsync(first)).Certificate!), Holds((await FindAsync(second)).Certificate!));
        Assert.That((before.KeyId == rotated.CurrentId, after.KeyId), Is.EqualTo((false, rotated.CurrentId)));
    }

    [Test]
    public async Task A_certificate_that_was_changed_certifies_nothing()
    {
        till.Sell(("4006381333931", 1, 120));
        var close = Close();
        await SendAsync();
        await AnswerAsync();
        var certificate = (await FindAsync(close)).Certificate!;
        var keys = CertificateKeyFile.Load(KeyFile).Published.ToJson();
        var document = System.Text.Json.Nodes.JsonNode.Parse(certificate)!;
        var bytes = Convert.FromBase64String(document["statement"]!.GetValue<string>());
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            document["statement"] = Convert.ToBase64String(bytes);
            Assert.That(Refusal(document.ToJsonString(), keys), Is.EqualTo("CERTIFICATE_TAMPERED"), $"byte {i}");
            bytes[i] ^= 1;
        }

        document["statement"] = Convert.ToBase64String(bytes);
        Holds(document.ToJsonString());
        document["keyId"] = "0000000000000000";
        Assert.That(Refusal(document.ToJsonString(), keys), Is.EqualTo("CERTIFICATE_KEY_UNKNOWN"));
        Assert.That(Refusal("no certificate", keys), Is.EqualTo("CERTIFICATE_UNREADABLE"));
        Assert.That(Refusal(certificate, "{}"), Is.EqualTo("CERTIFICATE_KEYS_UNREADABLE"));
        var retired = CertificateKeyFile.Load(KeyFile).Published;
        retired = retired with { Keys = [retired.Keys[0] with { RetiredAt = DateTimeOffset.UtcNow - TimeSpan.FromDays(1) }] };
        Assert.That(Refusal(certificate, retired.ToJson()), Is.EqualTo("CERTIFICATE_KEY_RETIRED"));
    }

    [Test]
    public async Task Two_replicas_answer_each_close_once()
    {
        EncodedEntry? before = null;
        for (var i = 0; i < 8; i++)
        {
            till.Sell(("4006381333931", 1, 120));
            before = Close(before, BusinessDate.AddDays(i));
        }

        await SendAsync();
        await Task.WhenAll(AnswerAsync(), AnswerAsync(), AnswerAsync());
        Assert.That(await shop.ScalarAsync<long>("select answers from store_head"), Is.EqualTo(8));
        Assert.That(await shop.ScalarAsync<long>("select count(*) from day_close where state = 1"), Is.EqualTo(8));
        await ProveAsync();
    }

    [Test]
    public async Task The_certificate_comes_down_to_its_device_in_the_open_session_and_in_one_that_missed_it()
    {
        await using var replica = await TestReplica.StartAsync(shop.ConnectionString, keyFile: KeyFile);
        till.Sell(("4006381333931", 1, 120));
        var close = Close();
        device.SessionToken = [];
        await using (var call = (await TestCall.BeginAsync(replica, device)).Call)
        {
            await call.PushAsync(device.Batch(1, device.LastSequence));
            while (!call.Pages.Any(page => page.Certificates.Count > 0)) _ = await call.NextAsync() ?? throw new AssertionException("The call ended without the certificate.");
            var answer = call.Pages.Single(page => page.Certificates.Count > 0).Certificates.Single();
            Assert.That(answer.CloseEntryId.ToByteArray(), Is.EqualTo(close.Id.ToByteArray()));
            Assert.That(answer.State, Is.EqualTo(Contracts.Sync.V1.DayCloseState.Certified));
            Holds(DayCertificateFile.Write(DayWire.ReadAnswer(answer.ToByteArray()).Certificate!));
        }

        // A till that had not applied that page hears it again; another till of the store never does.
        await using (var call = (await TestCall.BeginAsync(replica, device)).Call)
            Assert.That((await call.PageThroughAsync(2)).Certificates, Has.Count.EqualTo(1));
        var (other, _) = await AddTillAsync("T2", session: false);
        await using (var call = (await TestCall.BeginAsync(replica, other)).Call)
            Assert.That((await call.PageThroughAsync(2)).Certificates, Is.Empty);
    }

    [Test]
    public async Task Operators_find_closes_gaps_certificates_and_keys_over_REST_and_on_the_page()
    {
        till.Sell(("4006381333931", 1, 120));
        var first = Close();
        till.SkipReceipt();
        till.Sell(("4006381333931", 1, 120));
        Close(first, BusinessDate.AddDays(1));
        await SendAsync();
        await AnswerAsync();
        await using var site = await OperatorsSite.StartAsync(shop.ConnectionString, KeyFile);

        var page = await site.GetAsync("/api/v1/stores/1/day-closes?limit=1");
        Assert.That(page.GetProperty("items")[0].GetProperty("state").GetString(), Is.EqualTo("gaps"));
        Assert.That(page.GetProperty("items")[0].GetProperty("gaps")[0].GetProperty("first").GetInt32(), Is.EqualTo(2));
        var rest = await site.GetAsync($"/api/v1/stores/1/day-closes?limit=1&cursor={page.GetProperty("next").GetString()}");
        Assert.That(rest.GetProperty("items")[0].GetProperty("entryId").GetGuid(), Is.EqualTo(first.Id.Value));
        Assert.That((await site.GetAsync("/api/v1/stores/1/day-closes?state=certified")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        var certificate = await site.Client.GetStringAsync($"/api/v1/stores/1/day-closes/{first.Id}/certificate");
        Assert.That(DayCertificateFile.Verify(certificate, await site.Client.GetStringAsync("/api/v1/certificate-keys")), Is.InstanceOf<CertificateReading.Holds>());
        Assert.That(await site.Client.GetStringAsync("/api/v1/certificate-keys"), Does.Not.Contain("private").IgnoreCase);
        var gaps = page.GetProperty("items")[0].GetProperty("entryId").GetGuid();
        Assert.That((await site.GetAsync($"/api/v1/stores/1/day-closes/{gaps}/certificate", System.Net.HttpStatusCode.NotFound)).GetProperty("code").GetString(), Is.EqualTo("DAY_CLOSE_NOT_CERTIFIED"));
        Assert.That((await site.GetAsync($"/api/v1/stores/2/day-closes/{gaps}", System.Net.HttpStatusCode.NotFound)).GetProperty("code").GetString(), Is.EqualTo("DAY_CLOSE_NOT_FOUND"));
        Assert.That((await site.GetAsync("/api/v1/stores/1/day-closes?state=open", System.Net.HttpStatusCode.BadRequest)).GetProperty("code").GetString(), Is.EqualTo("STATE_INVALID"));
        Assert.That((await site.GetAsync("/api/v1/stores/1/day-closes?cursor=x", System.Net.HttpStatusCode.BadRequest)).GetProperty("code").GetString(), Is.EqualTo("CURSOR_INVALID"));
        Assert.That(await site.Client.GetStringAsync("/day-closes"), Does.Contain("RECEIPTS_MISSING").And.Contain("certified"));
        File.Delete(KeyFile);
        Assert.That((await site.GetAsync("/api/v1/certificate-keys", System.Net.HttpStatusCode.NotFound)).GetProperty("code").GetString(), Is.EqualTo("CERTIFICATE_KEYS_MISSING"));
    }

    [TestCase("2026-11-27T03:00:00Z", "2026-11-27")]
    [TestCase("2026-11-27T02:59:59Z", "2026-11-26", Description = "03:59:59 in Berlin, before the cut-off")]
    [TestCase("2026-10-25T02:59:59Z", "2026-10-24", Description = "03:59:59 after the clocks went back")]
    [TestCase("2026-03-29T01:59:59Z", "2026-03-28", Description = "03:59:59 after the clocks went forward")]
    [TestCase("2026-03-29T02:00:00Z", "2026-03-29", Description = "04:00 after the clocks went forward")]
    public void The_cloud_reckons_the_business_date_by_the_stores_zone_and_cut_off(string instant, string date) =>
        Assert.That(new BusinessCalendar("Europe/Berlin", 240).DateOf(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)), Is.EqualTo(DateOnly.Parse(date, CultureInfo.InvariantCulture)));

    /// <summary>The business date that this device's entries bear: the day in UTC.</summary>
    DateOnly BusinessDate => device.NextHeader().BusinessDate;

    async Task<(TestDevice Device, Till Till)> AddTillAsync(string code, bool session = true)
    {
        var added = await shop.AddDeviceAsync(1);
        if (session) added.SessionToken = new SessionTokens(TestReplica.Keys).Issue(added.Device, 0, added.Stream);
        return (added, new(added, code));
    }

    EncodedEntry Close(EncodedEntry? before = null, DateOnly? date = null) =>
        device.Append(new BusinessDayClosed(device.NextHeader(), date ?? BusinessDate, before?.Id, Figures(before)));

    DayFigures Figures(EncodedEntry? before)
    {
        var tally = new DayTally();
        var counting = before is null;
        DateOnly? lastClosed = null;
        foreach (var encoded in device.Entries)
        {
            var entry = (EntryCodec.Decode(encoded.Bytes) as EntryDecoding.Decoded)?.Entry;
            if (counting && entry is null) tally.AddUnreadable(encoded.Id);
            else if (counting) tally.Add(encoded.Id, entry!);
            if (encoded.Id != before?.Id) continue;
            (counting, lastClosed) = (true, ((BusinessDayClosed)entry!).Date);
        }

        return tally.Figures(lastClosed);
    }

    async Task SendAsync()
    {
        await SendAsync(device, sent + 1);
        sent = device.LastSequence;
    }

    async Task SendAsync(TestDevice of, long first)
    {
        var examined = (BatchExamination.Examined)BatchExaminer.Examine(of.Batch(first, of.LastSequence), of.Device, new(1, new Dictionary<int, StoreId> { [1] = new(1) }));
        foreach (var part in examined.Parts)
            Assert.That(await ingest.IngestAsync(of.Device, new(1, new Dictionary<int, StoreId> { [1] = new(1) }), part, CancellationToken.None), Is.InstanceOf<BatchOutcome.Accepted>());
    }

    async Task AnswerAsync()
    {
        using var answering = new DayCloseAnswering(database, new(new(KeyFile), NullLogger<CertificateSigner>.Instance), TimeProvider.System, NullLogger<DayCloseAnswering>.Instance);
        while (await answering.AnswerNextAsync(CancellationToken.None))
        {
        }
    }

    async Task<(DayCloseItem Item, string? Certificate)> FindAsync(EncodedEntry close) =>
        await new DayCloseQueries(queries).FindAsync(1, close.Id.Value, CancellationToken.None) ?? throw new AssertionException($"No close {close.Id}.");

    CertifiedDay Holds(string certificate)
    {
        var reading = DayCertificateFile.Verify(certificate, CertificateKeyFile.Load(KeyFile).Published.ToJson());
        return (reading as CertificateReading.Holds)?.Statement ?? throw new AssertionException($"{reading}");
    }

    static string Refusal(string certificate, string keys) => ((CertificateReading.Refused)DayCertificateFile.Verify(certificate, keys)).Code;

    async Task ProveAsync()
    {
        await JournalProof.HoldsAsync(shop);
        var report = await Check.RunAsync(new([], shop.ConnectionString));
        Assert.That(report.Broken, Is.Empty, string.Join('\n', report.Invariants.Select(invariant => invariant.Detail)));
    }
}
