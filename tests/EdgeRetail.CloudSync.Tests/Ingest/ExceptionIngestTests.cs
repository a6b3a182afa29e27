using EdgeRetail.CloudSync.CloudEntries;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.CloudSync.Operations.Exceptions;
using EdgeRetail.CloudSync.Operations.Receipts;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.Ingest;

/// <summary>What a person should look at, on PostgreSQL: raised with the entry that began it, closed by the one that mended it, in any order of arrival.</summary>
public sealed class ExceptionIngestTests
{
    static readonly Currency Euro = Currency.Parse("EUR");

    TestShop shop = null!;
    CloudDatabase database = null!;
    BatchIngest ingest = null!;
    NpgsqlDataSource queries = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        shop = await TestShop.OpenAsync(1);
        database = new(shop.ConnectionString, 4);
        queries = NpgsqlDataSource.Create(shop.ConnectionString);
        ingest = new(database, new SessionTokens(TestReplica.Keys), new MergeAdmission(4, TimeProvider.System), TimeProvider.System, new Random(1), NullLogger<BatchIngest>.Instance);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await queries.DisposeAsync();
        await database.DisposeAsync();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task Below_zero_is_raised_by_the_sale_and_closed_by_what_mends_it()
    {
        var till = await AddDeviceAsync();
        till.Receive(("A", 1_000));
        var first = till.Sell("A", 3_000);
        till.Sell("A", 1_000);
        await AcceptedAsync(till, 1, 3);
        var open = (await OpenAsync()).Single();
        Assert.That((open.Code, open.Subject, open.EntryId, open.Version, open.Detail), Is.EqualTo(("BELOW_ZERO", "A", first.Id.Value, 2L, "On hand went from 1 to -2.")));

        var delivery = till.Receive(("A", 10_000));
        await AcceptedAsync(till, 4, 4);
        Assert.That(await OpenAsync(), Is.Empty);
        var closed = (await AllAsync()).Single();
        Assert.That((closed.Closure!.EntryId, closed.Closure.Version), Is.EqualTo((delivery.Id.Value, 4L)));
    }

    [Test]
    public async Task What_begins_and_ends_within_one_batch_is_kept_and_never_open()
    {
        var till = await AddDeviceAsync();
        till.Sell("A");
        till.Receive(("A", 2_000));
        till.Sell("A", 5_000);
        await AcceptedAsync(till, 1, 3);
        Assert.That((await AllAsync()).Select(each => (each.Version, each.Closure?.Version)), Is.EqualTo(new (long, long?)[] { (1, 2), (3, null) }));
    }

    [Test]
    public async Task A_count_closes_below_zero()
    {
        var till = await AddDeviceAsync();
        till.Sell("A");
        await AcceptedAsync(till, 1, 1);
        till.Count(("A", 4_000));
        await AcceptedAsync(till, 2, 2);
        Assert.That(await OpenAsync(), Is.Empty);
    }

    [Test]
    public async Task An_unknown_product_is_raised_once_and_closed_when_the_catalogue_has_it()
    {
        var till = await AddDeviceAsync();
        Unknown(till, "04006381333931", "blue pen");
        Unknown(till, "04006381333931", "a pen");
        await AcceptedAsync(till, 1, 2);
        var open = (await OpenAsync()).Single(each => each.Code == ExceptionCode.UnknownProduct);
        Assert.That((open.Subject, open.Version, open.Detail), Is.EqualTo((ProductCode.Parse("04006381333931").Value, 1L, "The device did not know this code; staff typed \"blue pen\".")));
        Assert.That(await MappedProducts.CloseAsync(queries, default), Is.Zero);

        await shop.ExecuteAsync($"insert into product (code, name, brand, size, price_minor, currency, unit, deleted, version) values ('{open.Subject}', 'Pen', '', '', 199, 'EUR', 0, false, 1)");
        Assert.That(await MappedProducts.CloseAsync(queries, default), Is.EqualTo(1));
        var closed = (await AllAsync()).Single(each => each.Code == ExceptionCode.UnknownProduct);
        Assert.That((closed.Closure!.EntryId, closed.Closure.Version), Is.EqualTo(((Guid?)null, (long?)null)));

        Unknown(till, "04006381333931", "late news");
        await AcceptedAsync(till, 3, 3);
        Assert.That((await OpenAsync()).Select(each => each.Code), Does.Not.Contain(ExceptionCode.UnknownProduct), "the device's catalogue was old, the cloud's is not");
    }

    [Test]
    public async Task A_refund_before_its_sale_waits_and_closes_when_the_sale_arrives()
    {
        var (seller, refunder) = (await AddDeviceAsync(), await AddDeviceAsync());
        var sale = seller.Sell("A", 2_000);
        var refund = Refund(refunder, (sale.Id, 1, "A", 1_000));
        await AcceptedAsync(refunder, 1, 1);
        var open = (await OpenAsync()).Single();
        Assert.That((open.Code, open.Subject, open.EntryId), Is.EqualTo(("REFUND_BEFORE_SALE", $"{sale.Id}", refund.Id.Value)));

        await AcceptedAsync(seller, 1, 1);
        Assert.That((await OpenAsync()).Select(each => each.Code), Is.EqualTo(new[] { "BELOW_ZERO" }));
        Assert.That((await AllAsync()).Single(each => each.Code == "REFUND_BEFORE_SALE").Closure!.EntryId, Is.EqualTo(sale.Id.Value));
    }

    [Test]
    public async Task What_came_back_beyond_what_was_sold_is_raised_whichever_arrives_last([Values] bool saleLast)
    {
        var (seller, one, two) = (await AddDeviceAsync(), await AddDeviceAsync(), await AddDeviceAsync());
        seller.Receive(("A", 50_000));
        var sale = seller.Sell("A", 2_000);
        Refund(one, (sale.Id, 1, "A", 1_500));
        Refund(two, (sale.Id, 1, "A", 1_000));
        if (!saleLast) await AcceptedAsync(seller, 1, 2);
        await AcceptedAsync(one, 1, 1);
        await AcceptedAsync(two, 1, 1);
        if (saleLast) await AcceptedAsync(seller, 1, 2);
        var open = (await OpenAsync()).Single();
        Assert.That((open.Code, open.Subject, open.Detail), Is.EqualTo(("REFUND_EXCEEDS_SALE", $"{sale.Id}/1", $"Line 1 of {sale.Id} sold 2, and 2.5 came back.")));
    }

    [Test]
    public async Task A_sale_that_is_voided_twice_came_back_twice()
    {
        var till = await AddDeviceAsync();
        var sale = till.Sell("A", 2_000);
        for (var i = 0; i < 2; i++)
            till.Append(new SaleVoided(till.NextHeader(), sale.Id, new("T1", "1", 1), [new(ProductCode.Parse("A"), new(2_000, Unit.Each), new(199, Euro))], new(199, Euro), [], "mistake", ""));
        await AcceptedAsync(till, 1, 3);
        Assert.That((await OpenAsync()).Select(each => (each.Code, each.Version)), Is.EqualTo(new[] { ("REFUND_EXCEEDS_SALE", 3L) }));
    }

    [Test]
    public async Task A_receipt_number_that_was_printed_twice_is_raised_and_both_are_found()
    {
        var till = await AddDeviceAsync();
        var first = Sell(till, 1);
        Sell(till, 2);
        await AcceptedAsync(till, 1, 2);
        Sell(till, 3);
        var again = Sell(till, 1);
        await AcceptedAsync(till, 3, 4);

        var open = (await OpenAsync()).Single(each => each.Code == ExceptionCode.ReceiptRepeated);
        Assert.That((open.Subject, open.EntryId, open.Severity), Is.EqualTo(("T1-1-000001", again.Id.Value, 3)));
        var trace = (await Receipts().TraceAsync("T1-1-1", default))!;
        Assert.That(trace.Matches.Select(match => match.Entry.EntryId), Is.EqualTo(new[] { first.Id.Value, again.Id.Value }));
        Assert.That(trace.Matches.Select(match => match.Exceptions.Any(each => each.Code == ExceptionCode.ReceiptRepeated)), Is.EqualTo(new[] { true, true }));
    }

    [Test]
    public async Task What_a_copy_printed_before_it_was_enrolled_anew_is_raised_under_the_code_it_had()
    {
        var till = await AddDeviceAsync();
        var copy = await shop.AddDeviceAsync(1, successorOf: "T1");
        copy.SessionToken = new SessionTokens(TestReplica.Keys).Issue(copy.Device, 0, copy.Stream);
        for (var number = 1; number <= 4; number++) Sell(till, number);
        await AcceptedAsync(till, 1, 4);
        for (var number = 3; number <= 5; number++)
            copy.Append(new SaleRecorded(till.NextHeader() with { Actor = "bob" }, new("T1", "1", number), [new(ProductCode.Parse("A"), new(1_000, Unit.Each), new(199, Euro), new(199, Euro))], new(199, Euro), []));
        await AcceptedAsync(copy, 1, 3, till.Device);
        Assert.That((await OpenAsync()).Where(each => each.Code == ExceptionCode.ReceiptRepeated).Select(each => each.Subject), Is.EqualTo(new[] { "T1-1-000003", "T1-1-000004" }));
    }

    [Test]
    public async Task A_number_printed_twice_within_one_batch_is_raised_too()
    {
        var till = await AddDeviceAsync();
        Sell(till, 7);
        Sell(till, 7);
        await AcceptedAsync(till, 1, 2);
        Assert.That((await OpenAsync()).Select(each => each.Code), Does.Contain(ExceptionCode.ReceiptRepeated));
    }

    [Test]
    public async Task A_clock_that_is_not_believed_is_raised_until_an_entry_comes_that_is()
    {
        var till = await AddDeviceAsync();
        till.Receive(("A", 9_000));
        till.Append(new CashMoved(till.NextHeader() with { ClockQuality = ClockQuality.Untrusted }, CashMovementKind.In, new(100, Euro), ""));
        till.Append(new CashMoved(till.NextHeader() with { ClockQuality = ClockQuality.Untrusted }, CashMovementKind.In, new(100, Euro), ""));
        await AcceptedAsync(till, 1, 3);
        Assert.That((await OpenAsync()).Select(each => (each.Code, each.Subject, each.Version)), Is.EqualTo(new[] { ("CLOCK_DOUBTFUL", $"{till.Device}", 2L) }));

        var believed = till.Append(new CashMoved(till.NextHeader(), CashMovementKind.In, new(100, Euro), ""));
        await AcceptedAsync(till, 4, 4);
        Assert.That((await AllAsync()).Single().Closure!.EntryId, Is.EqualTo(believed.Id.Value));
    }

    [Test]
    public async Task A_receipt_is_followed_from_its_number_or_its_qr_code_to_what_came_back()
    {
        var (seller, refunder) = (await AddDeviceAsync(), await AddDeviceAsync());
        seller.Receive(("A", 9_000));
        var sale = Sell(seller, 1);
        await AcceptedAsync(seller, 1, 2);
        var refund = Refund(refunder, (sale.Id, 1, "A", 1_000));
        await AcceptedAsync(refunder, 1, 1);

        foreach (var asked in new[] { "T1-1-000001", "T1-1-1", $" {sale.Id} " })
        {
            var match = (await Receipts().TraceAsync(asked, default))!.Matches.Single();
            Assert.That((match.Entry.EntryId, match.Entry.DeviceCode, match.Acknowledged, match.Durable), Is.EqualTo((sale.Id.Value, "T1", true, false)));
            Assert.That(match.Entry.Effects.Select(effect => (effect.Product, effect.Delta, effect.OnHand)), Is.EqualTo(new (string?, decimal, decimal?)[] { ("A", -1, 8) }));
            Assert.That(match.Returns.Select(back => (back.LineNumber, back.Quantity, back.EntryId, back.Kind, back.DeviceCode)), Is.EqualTo(new[] { (1, 1m, refund.Id.Value, "RefundRecorded", "T2") }));
        }

        Assert.That(await Receipts().TraceAsync("nonsense", default), Is.Null);
        Assert.That((await Receipts().TraceAsync("T1-1-000099", default))!.Matches, Is.Empty);
    }

    [Test]
    public async Task Whatever_the_order_of_arrival_and_the_cut_into_batches_the_same_stands_open([Range(1, 16)] int seed)
    {
        var random = new Random(seed);
        var devices = new List<TestDevice>();
        for (var i = 0; i < 3; i++) devices.Add(await AddDeviceAsync());
        var entries = new Dictionary<EntryId, Entry>();
        var sales = new List<EntryId>();
        string Code(TestDevice device) => $"T{devices.IndexOf(device) + 1}";
        for (var i = 0; i < 90; i++)
        {
            var device = devices[random.Next(3)];
            var product = $"P{random.Next(3)}";
            var encoded = random.Next(8) switch
            {
                0 => device.Receive((product, (random.Next(6) + 1) * 1_000)),
                1 or 2 when sales.Count > 0 => Refund(device, (sales[random.Next(sales.Count)], random.Next(1, 3), product, (random.Next(3) + 1) * 500)),
                3 when sales.Count > 0 => Refund(device, (Ghost(random), 1, product, 1_000)),
                4 => device.Append([0xFF, (byte)i]),
                5 => Sell(device, random.Next(1, 12), product, Code(device)),
                _ => Sell(device, 100 + i, product, Code(device)),
            };
            if (EntryCodec.Decode(encoded.Bytes) is not EntryDecoding.Decoded { Entry: var entry }) continue;
            entries[encoded.Id] = entry;
            if (entry is SaleRecorded) sales.Add(encoded.Id);
        }

        var left = devices.ToDictionary(device => device, _ => 0L);
        while (left.Count > 0)
        {
            var device = left.Keys.ElementAt(random.Next(left.Count));
            var from = left[device] + 1;
            var through = Math.Min(device.LastSequence, from + random.Next(9));
            if (from <= through) await AcceptedAsync(device, Math.Max(1, from - random.Next(3)), through);
            if (through == device.LastSequence) left.Remove(device);
            else left[device] = through;
        }

        Assert.That((await OpenAsync()).Select(each => (each.Code, each.Subject)), Is.EquivalentTo(await DefinedAsync(entries)), $"seed {seed}");
    }

    /// <summary>What stands open by definition: a function of the set of entries, and of what stock came to.</summary>
    async Task<List<(string Code, string Subject)>> DefinedAsync(Dictionary<EntryId, Entry> entries)
    {
        var defined = new List<(string, string)>();
        for (var product = 0; product < 3; product++)
        {
            if (await shop.OnHandAsync(1, $"P{product}") < 0) defined.Add((ExceptionCode.BelowZero, $"P{product}"));
        }

        var back = entries.Values.OfType<RefundRecorded>().SelectMany(refund => refund.Lines).ToList();
        foreach (var sale in back.Select(line => line.SaleLine!.Entry).Distinct())
        {
            if (!entries.TryGetValue(sale, out var entry))
            {
                defined.Add((ExceptionCode.RefundBeforeSale, $"{sale}"));
                continue;
            }

            var lines = ((SaleRecorded)entry).Lines;
            foreach (var line in back.Where(line => line.SaleLine!.Entry == sale).GroupBy(line => line.SaleLine!.LineNumber))
            {
                var sold = line.Key <= lines.Count ? lines[line.Key - 1].Quantity.Thousandths : 0;
                if (line.Sum(each => each.Quantity.Thousandths) > sold) defined.Add((ExceptionCode.RefundExceedsSale, $"{sale}/{line.Key}"));
            }
        }

        var receipts = entries.Values.Select(entry => entry switch { SaleRecorded sale => sale.Receipt, RefundRecorded refund => refund.Receipt, _ => null }).Where(receipt => receipt is not null);
        defined.AddRange(receipts.GroupBy(receipt => $"{receipt}").Where(group => group.Count() > 1).Select(group => (ExceptionCode.ReceiptRepeated, group.Key)));
        return defined;
    }

    static EntryId Ghost(Random random)
    {
        var hash = new byte[32];
        hash[0] = (byte)random.Next(3);
        return EntryId.OfUndecodable(Hash256.Read(hash));
    }

    ReceiptQueries Receipts() => new(queries, new(queries), new(queries), new QuarantineSettling(queries, SecretSource.OfTheSystem));

    async Task<IReadOnlyList<ExceptionItem>> OpenAsync() => (await new ExceptionQueries(queries).ListAsync(new(1, null, ExceptionQuestion.Open, null, 500), default))!.Items;

    async Task<IReadOnlyList<ExceptionItem>> AllAsync() => (await new ExceptionQueries(queries).ListAsync(new(1, null, ExceptionQuestion.All, null, 500), default))!.Items;

    static EncodedEntry Sell(TestDevice till, int receipt, string product = "A", string code = "T1") => till.Append(new SaleRecorded(
        till.NextHeader(), new(code, "1", receipt), [new(ProductCode.Parse(product), new(1_000, Unit.Each), new(199, Euro), new(199, Euro))], new(199, Euro), []));

    static void Unknown(TestDevice till, string code, string description) => till.Append(new SaleRecorded(
        till.NextHeader(), new("T1", "1", (int)till.LastSequence + 1), [new(ProductCode.Parse(code), new(1_000, Unit.Each), new(199, Euro), new(199, Euro), 0, description, UnknownProduct: true)], new(199, Euro), []));

    static EncodedEntry Refund(TestDevice till, (EntryId Sale, int Line, string Product, long Thousandths) back) => till.Append(new RefundRecorded(
        till.NextHeader(), new("R", $"{till.Device}", (int)till.LastSequence + 1),
        [new(ProductCode.Parse(back.Product), new(back.Thousandths, Unit.Each), new(199, Euro), new(199, Euro), new(back.Sale, back.Line))], new(199, Euro), [], ""));

    async Task<TestDevice> AddDeviceAsync()
    {
        var device = await shop.AddDeviceAsync(1);
        device.SessionToken = new SessionTokens(TestReplica.Keys).Issue(device.Device, 0, device.Stream);
        return device;
    }

    async Task AcceptedAsync(TestDevice device, long first, long last, DeviceId? predecessor = null)
    {
        var stores = new Dictionary<int, StoreId> { [1] = device.Store };
        var assigned = new AssignedStores(1, stores) { Predecessors = predecessor is { } other ? new Dictionary<DeviceId, IReadOnlyDictionary<int, StoreId>> { [other] = stores } : [] };
        var part = ((BatchExamination.Examined)BatchExaminer.Examine(device.Batch(first, last), device.Device, assigned)).Parts.Single();
        Assert.That(await ingest.IngestAsync(device.Device, assigned, part, CancellationToken.None), Is.InstanceOf<BatchOutcome.Accepted>());
    }
}
