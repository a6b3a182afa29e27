using EdgeRetail.CloudSync.Catalogue;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EdgeRetail.CloudSync.Tests.ChangeFeed;

/// <summary>What a device reads when its cache is of another history: the service, its feed and PostgreSQL as they are.</summary>
public sealed class SnapshotTests() : ReplicaFixture(1, 2)
{
    [Test]
    public async Task A_device_of_another_history_reads_the_rows_and_goes_on_with_the_feed()
    {
        var seller = await shop.AddDeviceAsync(1);
        await StockAsync(seller, products: 5_000);
        var device = await shop.AddDeviceAsync(1);
        var (call, welcome) = await BeginElsewhereAsync(device);
        await using var _ = call;
        Assert.That(welcome.Resync, Is.EqualTo(new[] { FeedKind.Store }));

        var (sellerCall, __) = await TestCall.BeginAsync(replica, seller);
        await using var ___ = sellerCall;
        var shadow = new Shadow();
        do
        {
            await call.SendAsync(new DeviceMessage { SnapshotRead = new() { Feed = FeedKind.Store, AfterKey = shadow.AfterKey } });
            shadow.Take((await call.NextAnswerAsync()).SnapshotPage);
            // The store sells on between any two pages.
            seller.Sell($"P{shadow.Pages:D5}");
            seller.Sell("P04999");
            await sellerCall.PushAsync(seller.Batch(seller.LastSequence - 1, seller.LastSequence));
        }
        while (!shadow.IsWhole);

        Assert.That((shadow.Pages, shadow.RowsTotal), Is.EqualTo((3, 5_000L)));
        Assert.That(call.Pages, Is.Empty, "Nothing of the feed comes before the device has said after which cursor.");
        await call.SendAsync(new DeviceMessage { FeedFrom = new() { Feed = FeedKind.Store, Cursor = shadow.Start } });
        var page = await call.PageThroughAsync(await shop.ScalarAsync<long>("select version from store_head where store_id = 1"));
        foreach (var each in call.Pages) shadow.Lay(each);
        Assert.That(page.Marker, Is.Not.Null);
        Assert.That(shadow.Checksum.ToByteArray(), Is.EqualTo(page.Checksum.ToByteArray()));
        Assert.That(page.Checksum.ToByteArray(), Is.EqualTo(await shop.ScalarAsync<byte[]>("select checksum from store_head where store_id = 1")));
    }

    [Test]
    public async Task A_feed_after_a_cursor_that_is_not_of_this_history_is_refused()
    {
        var seller = await shop.AddDeviceAsync(1);
        await StockAsync(seller, products: 3);
        var (call, _) = await BeginElsewhereAsync(await shop.AddDeviceAsync(1));
        await using var __ = call;
        await call.SendAsync(new DeviceMessage { FeedFrom = new() { Feed = FeedKind.Store, Cursor = new() { Version = 1, Hash = ByteString.CopyFrom(new byte[32]) } } });
        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass), Is.EqualTo(("FEED_CURSOR_UNKNOWN", RetryClass.Hello)));
    }

    [Test]
    public async Task A_range_whose_checksum_is_the_same_comes_without_rows()
    {
        var seller = await shop.AddDeviceAsync(1);
        await StockAsync(seller, products: 10);
        var reader = replica.Services.GetRequiredService<SnapshotReader>();
        var rows = (await ReadAsync(reader, new() { Feed = FeedKind.Store })).Stock;
        var range = rows.Skip(2).Take(4).ToList();
        var read = new SnapshotRead { Feed = FeedKind.Store, AfterKey = rows[1].Product, LastKey = rows[5].Product, Checksum = ByteString.CopyFrom(SumOf(range).ToByteArray()) };
        var equal = await ReadAsync(reader, read);
        Assert.That((equal.Equal, equal.Stock.Count, equal.LastKey), Is.EqualTo((true, 0, rows[5].Product)));

        range[0] = new(range[0]) { OnHandThousandths = 7 };
        var other = await ReadAsync(reader, new(read) { Checksum = ByteString.CopyFrom(SumOf(range).ToByteArray()) });
        Assert.That((other.Equal, other.LastKey), Is.EqualTo((false, rows[5].Product)));
        Assert.That(other.Stock, Is.EqualTo(rows.Skip(2).Take(4)));
        var cut = await ReadAsync(reader, new(read) { RowsMax = 3, Checksum = ByteString.CopyFrom(SumOf(range).ToByteArray()) });
        Assert.That((cut.Stock.Count, cut.LastKey), Is.EqualTo((3, rows[4].Product)), "A page speaks for the rows that it holds.");
    }

    [Test]
    public async Task A_range_of_products_whose_checksum_is_the_same_comes_without_rows()
    {
        await using var source = NpgsqlDataSource.Create(shop.ConnectionString);
        var price = new Money(100, Currency.Parse("EUR"));
        await new CatalogueStore(source, TimeProvider.System).CommitAsync(
            [.. Enumerable.Range(0, 10).Select(product => new CatalogueRow(ProductCode.Parse($"P{product}"), $"Thing {product}", "", "", price, Unit.Each))], CancellationToken.None);
        await shop.ExecuteAsync("update product set deleted = true where code = 'P4'");
        var reader = replica.Services.GetRequiredService<SnapshotReader>();
        var all = await ReadAsync(reader, new() { Feed = FeedKind.Catalogue });
        Assert.That((all.Products.Count, all.RowsTotal, all.Head.Version, all.LastKey, PageCheck.Holds(all)), Is.EqualTo((9, 9UL, 10UL, "", true)), "What is deleted is no row.");

        var range = all.Products.Skip(2).Take(4).ToList();
        var sum = range.Aggregate(CatalogueChecksum.Empty, (sum, product) => sum.With(PageCheck.Content(product)));
        var read = new SnapshotRead { Feed = FeedKind.Catalogue, AfterKey = "P1", LastKey = "P6", Checksum = ByteString.CopyFrom(sum.ToByteArray()) };
        var equal = await ReadAsync(reader, read);
        Assert.That((equal.Equal, equal.Products.Count, equal.LastKey, PageCheck.Holds(equal)), Is.EqualTo((true, 0, "P6", true)));
        var other = await ReadAsync(reader, new(read) { Checksum = ByteString.CopyFrom(new byte[16]) });
        Assert.That((other.Equal, other.LastKey, PageCheck.Holds(other)), Is.EqualTo((false, "P6", true)));
        Assert.That(other.Products, Is.EqualTo(range));
        var cut = await ReadAsync(reader, new(read) { RowsMax = 3 });
        Assert.That((cut.Products.Count, cut.LastKey, cut.Equal), Is.EqualTo((3, "P5", false)), "A page speaks for the rows that it holds.");
    }

    [Test]
    public async Task A_store_without_stock_is_whole_at_once()
    {
        var page = await ReadAsync(replica.Services.GetRequiredService<SnapshotReader>(), new() { Feed = FeedKind.Store });
        Assert.That((page.Stock.Count, page.LastKey, page.Head.Version), Is.EqualTo((0, "", 0UL)));
    }

    [TestCase("feed")]
    [TestCase("key")]
    [TestCase("checksum")]
    public async Task A_question_that_makes_no_sense_ends_the_call(string what)
    {
        var (call, _) = await TestCall.BeginAsync(replica, await shop.AddDeviceAsync(1));
        await using var __ = call;
        await call.SendAsync(new DeviceMessage
        {
            SnapshotRead = what switch
            {
                "feed" => new() { Feed = FeedKind.Unspecified },
                "key" => new() { Feed = FeedKind.Store, AfterKey = "a\0b" },
                _ => new() { Feed = FeedKind.Store, Checksum = ByteString.CopyFrom(1, 2, 3) },
            },
        });
        Assert.That((await call.NextRefusalAsync()).Code, Is.EqualTo("MESSAGE_INVALID"));
    }

    [Test]
    public async Task A_rollback_is_noticed_while_nothing_is_sent_although_the_head_has_grown_past_the_cursor()
    {
        var (seller, reader) = (await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1));
        await StockAsync(seller, products: 3);
        var (call, _) = await TestCall.BeginAsync(replica, reader);
        await using var __ = call;
        await call.PageThroughAsync(1);
        // Another history with the same numbers.
        await shop.ExecuteAsync("update store_commit set hash = sha256('elsewhere')");
        seller.Sell("P00001");
        var (sellerCall, ___) = await TestCall.BeginAsync(replica, seller);
        await using var ____ = sellerCall;
        await sellerCall.PushAsync(seller.Batch(seller.LastSequence, seller.LastSequence));
        Assert.That((await call.NextRefusalAsync()).Code, Is.EqualTo("FEED_SET_BACK"));
        Assert.That(call.Pages.Max(page => page.ToVersion), Is.EqualTo(1UL), "Nothing was laid over another history.");
    }

    [Test]
    public async Task A_catalogue_of_another_history_waits_for_the_cursor_too()
    {
        await shop.ExecuteAsync("""
            insert into product (code, name, brand, size, price_minor, currency, unit, deleted, version) values ('A', 'Apple', '', '', 100, 'EUR', 1, false, 1);
            insert into catalogue_commit values (1, sha256('x'), 1, 0);
            insert into catalogue_head (singleton, version, hash, checksum) values (1, 1, sha256('x'), decode(repeat('00', 16), 'hex')) on conflict (singleton) do update set version = 1, hash = sha256('x');
            """);
        var device = await shop.AddDeviceAsync(1);
        var hello = device.Hello();
        hello.CatalogueCursor = new() { Version = 5, Hash = ByteString.CopyFrom(new byte[32]) };
        var (call, welcome) = await TestCall.BeginAsync(replica, device, hello);
        await using var _ = call;
        Assert.That((welcome.Resync.Single(), welcome.CatalogueVersion), Is.EqualTo((FeedKind.Catalogue, 1UL)));
        await call.SendAsync(new DeviceMessage { FeedFrom = new() { Feed = FeedKind.Catalogue, Cursor = new() } });
        while (call.Pages.All(page => page.Feed != FeedKind.Catalogue)) await call.NextAsync();
        Assert.That(call.Pages.Single(page => page.Feed == FeedKind.Catalogue).Products.Single().Code, Is.EqualTo("A"));
    }

    [Test]
    public async Task Entries_that_the_cloud_had_under_another_stream_are_covered_by_a_marker_though_the_head_stands_still()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Sell();
        device.Sell();
        var (first, _) = await TestCall.BeginAsync(replica, device);
        await first.PushAsync(device.Batch(1, 2));
        await first.DisposeAsync();

        var hello = device.Hello();
        hello.Fork = new() { Code = "LOCAL_ROLLBACK", Message = "test" };
        var (call, welcome) = await TestCall.BeginAsync(replica, device, hello);
        await using var __ = call;
        device.Restamp(StreamId.Read(welcome.Stream.Span));
        await call.PageThroughAsync(2);
        var ack = await call.PushAsync(device.Batch(1, 2));
        Assert.That(ack.Dispositions.Single().Kind, Is.EqualTo(DispositionKind.Duplicate));
        while (call.Pages.Last(page => page.Feed == FeedKind.Store).Marker.AppliedThrough < 2) await call.NextAsync();
        Assert.That(await shop.ScalarAsync<long>("select version from store_head where store_id = 1"), Is.EqualTo(2), "Nothing new came into the feed.");
    }

    [Test]
    public void One_snapshot_page_is_under_way_at_a_time()
    {
        var requests = new FeedRequests(() => { });
        Assert.That(requests.TryAsk(new()), Is.True);
        requests.SnapshotAnswered();
        Assert.That(requests.TryAsk(new()), Is.False, "It was read, and has not left yet.");
        requests.SnapshotSent();
        Assert.That(requests.TryAsk(new()), Is.True);
    }

    Task<(TestCall Call, Welcome Welcome)> BeginElsewhereAsync(TestDevice device) =>
        TestCall.BeginAsync(replica, device, device.Hello(storeCursor: 1_000_000, storeHash: new byte[32]));

    async Task StockAsync(TestDevice device, int products)
    {
        foreach (var chunk in Enumerable.Range(0, products).Chunk(1_000)) device.Receive([.. chunk.Select(p => ($"P{p:D5}", 10_000L))]);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.PushAsync(device.Batch(1, device.LastSequence));
    }

    static Task<SnapshotPage> ReadAsync(SnapshotReader reader, SnapshotRead read) => reader.ReadAsync(new(1), read, CancellationToken.None);

    static StockChecksum SumOf(IEnumerable<StockRow> rows) =>
        rows.Aggregate(StockChecksum.Empty, (sum, row) => sum.With(ProductCode.Parse(row.Product), row.OnHandThousandths, (long)row.Version));

    /// <summary>A cache that is read anew, as the protocol has it: rows by their version, the feed over them where it is newer.</summary>
    sealed class Shadow
    {
        readonly Dictionary<string, (long OnHand, long Version)> rows = [];

        public string AfterKey { get; private set; } = "";

        public FeedCursor Start { get; private set; } = null!;

        public bool IsWhole { get; private set; }

        public int Pages { get; private set; }

        public long RowsTotal { get; private set; }

        public StockChecksum Checksum => SumOf(rows.Select(row => new StockRow { Product = row.Key, OnHandThousandths = row.Value.OnHand, Version = (ulong)row.Value.Version }));

        public void Take(SnapshotPage page)
        {
            Assert.That(page.AfterKey, Is.EqualTo(AfterKey));
            if (Pages++ == 0) (Start, RowsTotal) = (page.Head, (long)page.RowsTotal);
            foreach (var row in page.Stock) rows[row.Product] = (row.OnHandThousandths, (long)row.Version);
            (AfterKey, IsWhole) = (page.LastKey, page.LastKey.Length == 0);
        }

        public void Lay(Page page)
        {
            var version = page.FromVersion;
            foreach (var effect in page.Effects)
            {
                version += effect.VersionStep;
                if (effect.Product.Length > 0 && (long)version > rows.GetValueOrDefault(effect.Product).Version) rows[effect.Product] = (effect.OnHandThousandths, (long)version);
            }
        }
    }
}
