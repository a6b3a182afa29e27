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

public sealed class FeedTests() : ReplicaFixture(1, 2)
{
    static readonly Currency Euro = Currency.Parse("EUR");

    [Test]
    public async Task The_first_page_comes_also_when_there_is_nothing()
    {
        var device = await shop.AddDeviceAsync(1);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.NextAsync();
        var page = call.Pages.Single();
        Assert.That((page.Feed, page.Store, page.FromVersion, page.ToVersion, page.Effects.Count), Is.EqualTo((FeedKind.Store, 1U, 0UL, 0UL, 0)));
        Assert.That(page.Hash.ToByteArray(), Is.EqualTo(FeedHash.Start.ToByteArray()));
        Assert.That(page.Marker.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt(0).ToByteArray()));
    }

    [Test]
    public async Task An_idle_device_is_told_that_its_stream_went_back_although_its_store_stands_where_it_stood()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 2; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.PushAsync(device.Batch(1, 2));
        while (call.Pages.LastOrDefault()?.Marker?.AppliedThrough != 2) await call.NextAsync();

        // A standby that lagged answers from now on; the connections to the old primary are gone.
        await shop.ExecuteAsync($"update stream set applied_through = 1, applied_chain = decode('{device.ChainAt(1)}', 'hex')");
        await shop.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

        await call.NextAsync();
        Assert.That(call.Pages[^1].Marker.AppliedThrough, Is.EqualTo(1));
    }

    [Test]
    public async Task An_idle_device_is_told_that_its_stream_is_gone_although_its_store_stands_where_it_stood()
    {
        var device = await shop.AddDeviceAsync(1);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.NextAsync();

        // A standby that lagged answers from now on: it never heard of the stream that this session opened.
        await shop.ExecuteAsync("update stream set stream_id = gen_random_uuid(); update device set stream_id = (select stream_id from stream)");
        await shop.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass), Is.EqualTo(("STREAM_UNKNOWN", RetryClass.Hello)));
    }

    [Test]
    public async Task A_sale_of_one_kiosk_comes_down_to_another_on_the_same_replica_and_on_another_one()
    {
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var (seller, near, far) = (await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1));
        var (sellerCall, _) = await TestCall.BeginAsync(replica, seller);
        await using var __ = sellerCall;
        var (nearCall, ___) = await TestCall.BeginAsync(replica, near);
        await using var ____ = nearCall;
        var (farCall, _____) = await TestCall.BeginAsync(other, far);
        await using var ______ = farCall;
        var sold = seller.Sell();
        await sellerCall.PushAsync(seller.Batch(1, 1));
        foreach (var call in new[] { nearCall, farCall })
        {
            var page = await call.PageThroughAsync(1);
            Assert.That(page.Effects.Single().EntryId.ToByteArray(), Is.EqualTo(sold.Id.ToByteArray()));
            Assert.That(page.Marker.AppliedThrough, Is.Zero, "The marker is the reader's own.");
        }
    }

    [Test]
    public async Task Pages_end_at_commits_and_the_marker_stands_only_at_the_head()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 5_000; i++) device.Sell($"P{i % 50}");
        var (writer, _) = await TestCall.BeginAsync(replica, device);
        for (var first = 1; first <= 4_000; first += 800) await writer.PushAsync(device.Batch(first, first + 799));
        await writer.PushAsync(device.Batch(4_001, 4_010));
        await writer.DisposeAsync();

        var reader = replica.Services.GetRequiredService<StoreFeedReader>();
        var pages = new List<(Page Page, bool AtHead)>();
        var cursor = ReadCursor.Start;
        do
        {
            var read = (FeedPage.Read)await reader.ReadAsync(new(1), cursor, device.Stream, CancellationToken.None);
            pages.Add((read.Page, read.AtHead));
            cursor = ReadCursor.After(read.Page);
        }
        while (!pages[^1].AtHead);

        Assert.That(pages.Select(page => (long)page.Page.ToVersion), Is.EqualTo(new[] { 1_600L, 3_200L, 4_010L }));
        Assert.That(pages.Select(page => page.Page.Marker is not null), Is.EqualTo(new[] { false, false, true }));
        Assert.That(pages[^1].Page.Marker.AppliedThrough, Is.EqualTo(4_010));
        foreach (var (page, _) in pages)
            Assert.That(page.Hash.ToByteArray(), Is.EqualTo(await shop.ScalarAsync<byte[]>($"select hash from store_commit where version = {page.ToVersion}")));
    }

    [Test]
    public async Task One_commit_beyond_the_size_of_a_page_goes_whole()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 4; i++) device.Receive([.. Enumerable.Range(0, 1_000).Select(p => ($"P{p:D4}", 1_000L))]);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.PushAsync(device.Batch(1, 4));
        var page = await call.PageThroughAsync(4);
        Assert.That((page.Effects.Count, page.ToVersion), Is.EqualTo((4_000, 4UL)));
        Assert.That(page.Effects.Count(effect => effect.EntryId.Length > 0), Is.EqualTo(4), "An id travels once.");
        Assert.That(page.Effects.Sum(effect => (long)effect.VersionStep), Is.EqualTo(4));
    }

    [Test]
    public async Task A_row_of_the_feed_whose_entry_the_journal_has_lost_stops_nothing_behind_it()
    {
        var (device, reader) = (await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1));
        device.Append([1, 2, 3]);
        var sold = device.Sell();
        var (writer, _) = await TestCall.BeginAsync(replica, device);
        await using (writer) await writer.PushAsync(device.Batch(1, 2));
        await shop.ExecuteAsync("delete from journal where quarantine_code is not null");
        Assert.That(await shop.ScalarAsync<long>("select count(*) from journal"), Is.EqualTo(1), "the sale alone is left");

        var (call, __) = await TestCall.BeginAsync(replica, reader);
        await using var ___ = call;
        var effects = (await call.PageThroughAsync(2)).Effects;
        Assert.That(effects.Select(effect => (effect.Product, effect.Quarantined)), Is.EqualTo(new[] { ("", true), ("A", false) }));
        Assert.That(effects[1].EntryId.ToByteArray(), Is.EqualTo(sold.Id.ToByteArray()));
    }

    [Test]
    public async Task An_entry_without_stock_and_a_quarantined_one_are_visible_in_the_feed_and_told_apart()
    {
        var device = await shop.AddDeviceAsync(1);
        device.Append(new EdgeRetail.Contracts.Entries.CashMoved(device.NextHeader(), EdgeRetail.Contracts.Entries.CashMovementKind.Float, new(10_000, Euro), ""));
        device.Append([1, 2, 3]);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        var ack = await call.PushAsync(device.Batch(1, 2));
        Assert.That(ack.Dispositions.Single(), Is.EqualTo(new EntryDisposition { FirstSequence = 2, Count = 1, Kind = DispositionKind.Quarantined, Code = "ENTRY_MALFORMED" }));
        await call.PageThroughAsync(2);
        var effects = call.Pages.SelectMany(page => page.Effects).ToList();
        Assert.That(effects.Select(effect => (effect.Product, effect.Quarantined)), Is.EqualTo(new[] { ("", false), ("", true) }));
        Assert.That(effects[1].EntryId.ToByteArray(), Is.EqualTo(EntryId.OfUndecodable(Hash256.Of([1, 2, 3])).ToByteArray()));
    }

    [Test]
    public async Task A_reader_never_misses_a_version_while_many_devices_write_on_several_stores()
    {
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var devices = new List<TestDevice>();
        foreach (var store in new[] { 1, 1, 1, 2, 2 }) devices.Add(await shop.AddDeviceAsync(store));
        using var done = new CancellationTokenSource();
        var readings = new[] { 1, 2 }.SelectMany(store => new[] { replica, other }.Select(from => FollowAsync(from, new(store), devices.First(device => device.Store.Value == store), done.Token))).ToList();
        await Task.WhenAll(devices.Select((device, i) => WriteAsync(i % 2 == 0 ? replica : other, device, seed: i)));
        await done.CancelAsync();

        foreach (var (store, versions, hash) in await Task.WhenAll(readings))
        {
            Assert.That(versions, Is.EqualTo(Enumerable.Range(1, versions.Count).Select(i => (long)i)), "Every version, once, in order.");
            Assert.That(versions.Count, Is.EqualTo(await shop.ScalarAsync<long>($"select version from store_head where store_id = {store}")));
            Assert.That(hash, Is.EqualTo(await shop.ScalarAsync<byte[]>($"select hash from store_head where store_id = {store}")));
        }

        await JournalProof.HoldsAsync(shop);
    }

    [Test]
    public async Task A_device_that_applies_nothing_gets_as_many_pages_as_its_credit()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 20_000; i++) device.Sell();
        var (writer, _) = await TestCall.BeginAsync(replica, device);
        for (var first = 1; first <= 20_000; first += 2_000) await writer.PushAsync(device.Batch(first, first + 1_999));
        await writer.DisposeAsync();

        var (call, __) = await TestCall.BeginAsync(replica, device, device.Hello());
        await using var ___ = call;
        call.AppliesPages = false;
        for (var i = 0; i < 4; i++) await call.NextAsync();
        Assert.That(call.Pages.Select(page => page.ToVersion), Is.EqualTo(new ulong[] { 2_000, 4_000, 6_000, 8_000 }));
        device.Sell();
        var ack = await call.PushAsync(device.Batch(20_001, 20_001));
        Assert.That((ack.AppliedThrough, call.Pages.Count), Is.EqualTo((20_001UL, 4)), "A sale goes up although the download stands still.");
        await call.SendAsync(new DeviceMessage { PageApplied = new() { Feed = FeedKind.Store, Version = 4_000 } });
        await call.PageThroughAsync(12_000);
        Assert.That(call.Pages, Has.Count.EqualTo(6));
        call.AppliesPages = true;
        await call.SendAsync(new DeviceMessage { PageApplied = new() { Feed = FeedKind.Store, Version = 12_000 } });
        await call.PageThroughAsync(20_001);
    }

    [Test]
    public async Task The_catalogue_comes_in_pages_then_only_what_changed()
    {
        await ImportAsync(5_000, "first");
        var device = await shop.AddDeviceAsync(1);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await CatalogueThroughAsync(call, 5_000);
        Assert.That(call.Pages.SelectMany(page => page.Products).Select(product => (long)product.Version), Is.EqualTo(Enumerable.Range(1, 5_000).Select(i => (long)i)));
        var product = call.Pages.SelectMany(page => page.Products).First();
        Assert.That((product.Code, product.Name, product.Brand, product.Size, product.PriceMinor, product.Currency), Is.EqualTo(("P00000", "first 0", "Brand", "1 l", 100L, "EUR")));

        var before = call.Pages.Count;
        await ImportAsync(100, "second");
        await CatalogueThroughAsync(call, 5_100);
        Assert.That(call.Pages.Skip(before).SelectMany(page => page.Products).Select(each => each.Name), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"second {i}")));

        var fresh = await shop.AddDeviceAsync(2);
        var (freshCall, ___) = await TestCall.BeginAsync(replica, fresh);
        await using var ____ = freshCall;
        await CatalogueThroughAsync(freshCall, 5_100);
        Assert.That(freshCall.Pages.SelectMany(page => page.Products).Select(each => each.Code).Distinct().Count(), Is.EqualTo(5_000));
        Assert.That(freshCall.Pages.SelectMany(page => page.Products).Count(), Is.EqualTo(5_000), "A row comes in its latest version alone.");
        Assert.That(freshCall.Pages.Last(page => page.Feed == FeedKind.Catalogue).Hash.ToByteArray(), Is.EqualTo(await shop.ScalarAsync<byte[]>("select hash from catalogue_head")));
    }

    [Test]
    public async Task A_catalogue_page_says_what_it_holds_and_at_the_head_what_the_whole_catalogue_is()
    {
        await ImportAsync(5_000, "first");
        var device = await shop.AddDeviceAsync(1);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await CatalogueThroughAsync(call, 5_000);
        var pages = call.Pages.Where(page => page.Feed == FeedKind.Catalogue).ToList();
        await call.DisposeAsync();
        Assert.That(pages.Select(page => page.Check != 0 && PageCheck.Holds(page)), Is.All.True);
        Assert.That(pages.SkipLast(1).Select(page => page.Checksum.Length), Is.All.Zero, "Behind the head rows that changed since are missing.");
        Assert.That(pages[^1].Checksum.ToByteArray(), Is.EqualTo(Sum(pages.SelectMany(page => page.Products)).ToByteArray()));

        // A device that has it all gets one page without rows, for its sum.
        var hello = device.Hello();
        hello.CatalogueCursor = new() { Version = 5_000, Hash = pages[^1].Hash };
        var (again, __) = await TestCall.BeginAsync(replica, device, hello);
        await using var ___ = again;
        await CatalogueThroughAsync(again, 5_000);
        var sum = again.Pages.Single(page => page.Feed == FeedKind.Catalogue);
        Assert.That((sum.FromVersion, sum.ToVersion, sum.Products.Count, sum.Hash, sum.Checksum, PageCheck.Holds(sum)), Is.EqualTo((5_000UL, 5_000UL, 0, pages[^1].Hash, pages[^1].Checksum, true)));
    }

    [Test]
    public async Task Tax_and_pack_come_down_with_a_check_of_their_own_and_a_change_of_them_alone_is_a_version()
    {
        await using var source = NpgsqlDataSource.Create(shop.ConnectionString);
        var store = new CatalogueStore(source, TimeProvider.System);
        var terms = new ProductTerms(new("DE19", 1900, Inclusive: true, Contracts.Entries.TaxRounding.HalfUp), new(ProductCode.Parse("PEN"), 6000));
        var row = new CatalogueRow(ProductCode.Parse("PENS"), "Six pens", "", "", new(700, Euro), Unit.Each) { Terms = terms };
        await store.CommitAsync([row], CancellationToken.None);
        Assert.That((await store.CommitAsync([row], CancellationToken.None)).VersionAfter, Is.EqualTo(1), "nothing changed");
        Assert.That((await store.CommitAsync([row with { Terms = terms with { Tax = terms.Tax! with { Hundredths = 700 } } }], CancellationToken.None)).VersionAfter, Is.EqualTo(2));

        var (call, _) = await TestCall.BeginAsync(replica, await shop.AddDeviceAsync(1));
        await CatalogueThroughAsync(call, 2);
        var product = call.Pages.SelectMany(page => page.Products).Single();
        await call.DisposeAsync();
        Assert.That(PageCheck.Terms(product), Is.EqualTo(terms with { Tax = terms.Tax! with { Hundredths = 700 } }));
        Assert.That((product.Version, PageCheck.Holds(product), product.TermsCheck), Is.EqualTo((2UL, true, PageCheck.Terms(product).Check("PENS", 2))));
        await ImportAsync(1, "plain");
        var rows = await replica.Services.GetRequiredService<SnapshotReader>().ReadAsync(new(1), new() { Feed = FeedKind.Catalogue, RowsMax = 10 }, CancellationToken.None);
        Assert.That(rows.Products.Select(each => (each.Code, each.Tax?.RateHundredths, each.Pack?.ContentThousandths, PageCheck.Holds(each))), Is.EqualTo(new[] { ("P00000", (uint?)null, (long?)null, true), ("PENS", 700u, 6000L, true) }));
    }

    static CatalogueChecksum Sum(IEnumerable<ProductVersion> products) => products.Aggregate(CatalogueChecksum.Empty, (sum, product) => sum.With(PageCheck.Content(product)));

    [Test]
    public async Task A_deleted_product_comes_down_as_a_tombstone()
    {
        await ImportAsync(1, "first");
        await shop.ExecuteAsync("""
            update product set deleted = true, version = 2;
            insert into catalogue_commit values (2, sha256('x'), 1, 0);
            update catalogue_head set version = 2, hash = sha256('x');
            """);
        var (call, _) = await TestCall.BeginAsync(replica, await shop.AddDeviceAsync(1));
        await using var __ = call;
        await CatalogueThroughAsync(call, 2);
        Assert.That(call.Pages.SelectMany(page => page.Products).Single().Deleted, Is.True);
    }

    [Test]
    public async Task A_store_page_waits_for_no_catalogue_that_is_not_applied()
    {
        await ImportAsync(20_000, "first");
        var (seller, reader) = (await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1));
        var (call, _) = await TestCall.BeginAsync(replica, reader);
        await using var __ = call;
        call.AppliesPages = false;
        for (var i = 0; i < 3; i++) await call.NextAsync();
        Assert.That(call.Pages.Select(page => page.Feed), Is.EqualTo(new[] { FeedKind.Store, FeedKind.Catalogue, FeedKind.Catalogue }));
        var (sellerCall, ___) = await TestCall.BeginAsync(replica, seller);
        await using var ____ = sellerCall;
        var sold = seller.Sell();
        await sellerCall.PushAsync(seller.Batch(1, 1));
        var page = await call.PageThroughAsync(1);
        Assert.That(page.Effects.Single().EntryId.ToByteArray(), Is.EqualTo(sold.Id.ToByteArray()));
        Assert.That(call.Pages, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_feed_that_is_behind_its_readers_cursor_ends_the_session()
    {
        var device = await shop.AddDeviceAsync(1);
        for (var i = 0; i < 3; i++) device.Sell();
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        await call.PushAsync(device.Batch(1, 3));
        await call.PageThroughAsync(3);
        await shop.ExecuteAsync("delete from effect where version > 1; delete from store_commit; delete from journal where received_at_version > 1; update store_head set version = 1");
        var refusal = await call.NextRefusalAsync();
        Assert.That((refusal.Code, refusal.RetryClass), Is.EqualTo(("FEED_SET_BACK", RetryClass.Hello)));
    }

    [Test]
    public async Task The_marker_never_runs_ahead_of_the_rows_that_were_sent()
    {
        await using var other = await TestReplica.StartAsync(shop.ConnectionString, "other");
        var (device, noise) = (await shop.AddDeviceAsync(1), await shop.AddDeviceAsync(1));
        var reader = other.Services.GetRequiredService<StoreFeedReader>();
        using var done = new CancellationTokenSource();
        var following = Task.Run(async () =>
        {
            var seen = new HashSet<ByteString>();
            var (cursor, markers) = (ReadCursor.Start, 0);
            while (true)
            {
                var stopped = done.IsCancellationRequested;
                var read = (FeedPage.Read)await reader.ReadAsync(new(1), cursor, device.Stream, CancellationToken.None);
                cursor = ReadCursor.After(read.Page);
                seen.UnionWith(read.Page.Effects.Select(effect => effect.EntryId));
                Assert.That(read.Page.Marker is not null, Is.EqualTo(read.AtHead));
                if (read.Page.Marker is { } marker)
                {
                    markers++;
                    Assert.That(marker.AppliedChain.ToByteArray(), Is.EqualTo(device.ChainAt((long)marker.AppliedThrough).ToByteArray()));
                    for (var i = 0; i < (int)marker.AppliedThrough; i++) Assert.That(seen, Does.Contain(ByteString.CopyFrom(device.Entries[i].Id.ToByteArray())));
                }

                if (stopped && read.AtHead) return markers;
            }
        });
        await Task.WhenAll(WriteAsync(replica, device, 1), WriteAsync(replica, noise, 2));
        await done.CancelAsync();
        Assert.That(await following, Is.Positive);
    }

    static async Task WriteAsync(TestReplica replica, TestDevice device, int seed)
    {
        var random = new Random(seed);
        var (call, _) = await TestCall.BeginAsync(replica, device);
        await using var __ = call;
        for (var i = 0; i < 40; i++)
        {
            var first = device.LastSequence + 1;
            for (var n = random.Next(1, 30); n > 0; n--)
            {
                if (random.Next(20) == 0) device.Append(Guid.NewGuid().ToByteArray());
                else device.Sell($"P{random.Next(10)}");
            }

            await call.PushAsync(device.Batch(first, device.LastSequence));
        }
    }

    /// <summary>Reads page after page until it is told to stop and has reached the head.</summary>
    static async Task<(int Store, List<long> Versions, byte[] Hash)> FollowAsync(TestReplica replica, StoreId store, TestDevice device, CancellationToken stop)
    {
        var reader = replica.Services.GetRequiredService<StoreFeedReader>();
        var versions = new List<long>();
        var cursor = ReadCursor.Start;
        while (true)
        {
            var stopped = stop.IsCancellationRequested;
            var read = (FeedPage.Read)await reader.ReadAsync(store, cursor, device.Stream, CancellationToken.None);
            var version = cursor.Version;
            foreach (var effect in read.Page.Effects)
            {
                version += (long)effect.VersionStep;
                if (effect.VersionStep > 0) versions.Add(version);
            }

            Assert.That(version, Is.EqualTo((long)read.Page.ToVersion), "The last row is the page's end.");
            cursor = ReadCursor.After(read.Page);
            if (stopped && read.AtHead) return (store.Value, versions, read.Page.Hash.ToByteArray());
        }
    }

    static async Task CatalogueThroughAsync(TestCall call, ulong version)
    {
        while (call.Pages.LastOrDefault(page => page.Feed == FeedKind.Catalogue) is not { } last || last.ToVersion < version) await call.NextAsync();
    }

    async Task ImportAsync(int count, string name)
    {
        await using var source = NpgsqlDataSource.Create(shop.ConnectionString);
        var store = new CatalogueStore(source, TimeProvider.System);
        foreach (var chunk in Enumerable.Range(0, count).Select(i => new CatalogueRow(ProductCode.Parse($"P{i:D5}"), $"{name} {i}", "Brand", "1 l", new(100, Euro), Unit.Each)).Chunk(1_000))
            await store.CommitAsync(chunk, CancellationToken.None);
    }
}
