using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Sync;
using Google.Protobuf;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>What a session does about a cache of another history, and about one that differs.</summary>
sealed class SyncSessionCacheTests
{
    [Test]
    public void A_stock_of_another_history_is_asked_for_page_by_page_and_then_the_feed_from_where_it_stood_at_the_first()
    {
        var run = Resyncing(new ModelDevice());
        Assert.That(run.Alarms, Does.Contain("RESYNCING"));
        Assert.That(Reads(run), Is.EqualTo(new[] { "" }));
        run.Say(Rows("", "M", 40));
        Assert.That(Reads(run), Is.EqualTo(new[] { "", "M" }));
        run.Say(Rows("M", "", 55));
        Assert.That(Starts(run), Is.EqualTo(new[] { (FeedKind.Store, 40UL) }));
        Assert.That(run.Session.IsUpToDate, Is.False);

        run.Say(run.StorePage(40, 50, marker: 0));
        Assert.That(run.Device.Snapshot, Is.Not.Null, "The last page of rows saw version 55.");
        run.Say(run.StorePage(50, 55));
        Assert.That(run.Device.Snapshot, Is.Not.Null, "Without a marker coverage is not known.");
        run.Say(run.StorePage(55, 56, marker: 0));
        Assert.That((run.Device.Snapshot, run.Device.StoreCursor.Version, run.Session.IsUpToDate), Is.EqualTo(((EdgeAgent.Cache.StockSnapshot?)null, 56L, true)));
        Assert.That(Applied(run), Is.EqualTo(new ulong[] { 50, 55, 56 }), "Every page's credit comes back.");
        run.Say(run.StorePage(56, 57, marker: 0));
        Assert.That((run.Device.Applied.Single().ToVersion, run.End), Is.EqualTo((57UL, (SyncEnd?)null)), "The feed goes on over what is shown.");
    }

    [Test]
    public void A_reading_that_was_interrupted_goes_on_behind_its_last_key()
    {
        var device = new ModelDevice { Snapshot = new(new(40, FeedHash.Start), 41, "K", false, 2_000, 9_000) };
        Assert.That(Reads(Resyncing(device)), Is.EqualTo(new[] { "K" }));
        device.Snapshot = device.Snapshot with { Next = new(44, FeedHash.Start), IsWhole = true };
        var whole = Resyncing(device);
        Assert.That((Reads(whole).Any(), Starts(whole).Single()), Is.EqualTo((false, (FeedKind.Store, 44UL))));
    }

    [Test]
    public void What_was_read_is_not_shown_before_the_cloud_has_every_entry_that_was_here_when_the_session_began()
    {
        var device = new ModelDevice();
        device.Append(3);
        device.Acknowledge(3);
        // The cloud was set back: it has one of them.
        var run = Resyncing(device, applied: 1);
        run.Say(Rows("", "", 10));
        run.Append();
        run.Say(run.StorePage(10, 10, marker: 1));
        Assert.That(device.Snapshot, Is.Not.Null);
        Assert.That(run.Batches.Sum(batch => batch.Entries.Count), Is.EqualTo(3), "What the cloud lost, and what was sold since, goes up meanwhile.");
        run.Acknowledge(4);
        run.Say(run.StorePage(10, 12, marker: 3));
        Assert.That((device.Snapshot, device.Covered.Count), Is.EqualTo(((EdgeAgent.Cache.StockSnapshot?)null, 3)));
    }

    [Test]
    public void A_feed_that_does_not_know_the_cursor_any_more_begins_the_reading_anew()
    {
        var device = new ModelDevice { Snapshot = new(new(44, FeedHash.Start), 44, "", true, 1, 1) };
        var run = Resyncing(device);
        run.Say(new Refusal { Code = "FEED_CURSOR_UNKNOWN", RetryClass = RetryClass.Hello, Message = "unknown" });
        Assert.That((run.End?.Code, run.End?.Retry, device.Snapshot), Is.EqualTo(("FEED_CURSOR_UNKNOWN", SyncRetry.Hello, (EdgeAgent.Cache.StockSnapshot?)null)));
    }

    [Test]
    public void A_reading_that_came_out_wrong_begins_anew_but_not_at_once()
    {
        var run = Resyncing(new ModelDevice());
        run.Do(new SyncInput.SnapshotLost("The checksum differs."));
        Assert.That((run.End?.Code, run.End?.Retry, run.End?.RetryAfter), Is.EqualTo(("SNAPSHOT_DIFFERS", SyncRetry.BackOff, CacheReading.BeginAnewAfter)));
        Assert.That(run.Alarms, Does.Contain("SNAPSHOT_DIFFERS"));
    }

    [Test]
    public void A_cloud_that_does_not_answer_for_the_rows_is_given_up()
    {
        var run = Resyncing(new ModelDevice()).Wait(CacheReading.AnswerDeadline);
        Assert.That((run.End?.Code, run.End?.Retry), Is.EqualTo(("CLOUD_TIMEOUT", SyncRetry.BackOff)));
    }

    [Test]
    public void Rows_that_were_not_asked_for_end_the_call()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(Rows("", "", 10));
        Assert.That(run.End?.Code, Is.EqualTo("CLOUD_MESSAGE_UNEXPECTED"));
        var other = Resyncing(new ModelDevice());
        other.Say(Rows("K", "", 10));
        Assert.That(other.End?.Code, Is.EqualTo("CLOUD_MESSAGE_UNEXPECTED"));
    }

    [Test]
    public void A_catalogue_of_another_history_begins_at_the_start_and_what_it_did_not_bring_goes_when_all_is_quiet()
    {
        var device = new ModelDevice();
        var run = new SessionRun(device);
        var welcome = run.WelcomeAt(0);
        welcome.Welcome.Resync.Add(FeedKind.Catalogue);
        welcome.Welcome.CatalogueVersion = 20;
        run.Say(welcome);
        Assert.That(Starts(run).Single(), Is.EqualTo((FeedKind.Catalogue, 0UL)));
        run.Wait(CacheReading.CatalogueQuiet).Say(CataloguePage(0, 10));
        Assert.That(Drops(run), Is.All.False, "It is not whole.");
        run.Say(CataloguePage(10, 20)).Wait(CacheReading.CatalogueQuiet - TimeSpan.FromSeconds(1));
        Assert.That(Drops(run), Is.All.False, "A product may come again further on.");
        run.Wait(2 * CacheReading.CatalogueQuiet);
        Assert.That(Drops(run).Last(), Is.True);
        Assert.That((run.Session.IsUpToDate, run.Session.WakeAt), Is.EqualTo((true, (TimeSpan?)null)), "No timer runs when all is done.");
    }

    [Test]
    public void What_nothing_needs_goes_part_by_part_with_room_between()
    {
        var run = SessionRun.Established(new ModelDevice { OldParts = 3 });
        run.Say(run.StorePage(0, 1));
        Assert.That(Drops(run), Is.Empty);
        run.Wait(CacheReading.DropPause * 2);
        Assert.That(Drops(run).Count(), Is.EqualTo(2));
        run.Wait(TimeSpan.FromSeconds(30));
        Assert.That(Drops(run).Last(), Is.True);
        Assert.That(run.Session.WakeAt, Is.Null);
    }

    [Test]
    public void A_cache_that_differs_is_compared_range_by_range_and_only_what_differs_is_corrected()
    {
        var device = new ModelDevice { CacheDiffers = true };
        device.Keys.AddRange(["C", "K", "T"]);
        var run = SessionRun.Established(device);
        run.Say(run.StorePage(0, 7, marker: 0));
        Assert.That(run.Alarms, Is.EqualTo(new[] { "CACHE_DIFFERS" }));
        Assert.That(Reads(run), Is.EqualTo(new[] { "" }));
        Assert.That(run.Sent.Last(sent => sent.SnapshotRead is not null).SnapshotRead.Checksum, Has.Length.EqualTo(StockChecksum.Length));
        run.Say(Rows("", "C", 7, equal: true));
        run.Say(run.StorePage(7, 8, marker: 0));
        run.Say(Rows("C", "K", 8));
        run.Say(Rows("K", "", 8, equal: true));
        Assert.That(Reads(run), Is.EqualTo(new[] { "", "C", "K" }));
        Assert.That(run.Effects.OfType<SyncEffect.RepairRange>().Single().Page.AfterKey, Is.EqualTo("C"));
        Assert.That(run.Alarms, Is.EqualTo(new[] { "CACHE_DIFFERS", "CACHE_CORRECTED" }));
        Assert.That((run.Session.IsUpToDate, run.End), Is.EqualTo((true, (SyncEnd?)null)));
    }

    [Test]
    public void A_difference_that_stays_is_looked_into_again_only_after_a_while()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Do(new SyncInput.PageStored(FeedKind.Store, 1, 0) { ChecksumDiffers = true });
        run.Say(Rows("", "", 1, equal: true));
        Assert.That(run.Alarms, Is.EqualTo(new[] { "CACHE_DIFFERS" }), "Nothing was corrected.");
        run.Do(new SyncInput.PageStored(FeedKind.Store, 2, 0) { ChecksumDiffers = true });
        Assert.That(Reads(run).Count(), Is.EqualTo(1));
        run.Wait(CacheReading.ComparisonInterval).Do(new SyncInput.PageStored(FeedKind.Store, 3, 0) { ChecksumDiffers = true });
        Assert.That(Reads(run).Count(), Is.EqualTo(2));
    }

    [Test]
    public void The_rows_are_summed_at_the_first_page_and_then_every_hour()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(run.StorePage(0, 1)).Say(run.StorePage(1, 2));
        Assert.That(run.Effects.OfType<SyncEffect.CheckCache>().Count(), Is.EqualTo(1));
        run.Wait(CacheReading.CheckInterval).Say(run.StorePage(2, 3));
        Assert.That(run.Effects.OfType<SyncEffect.CheckCache>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void What_a_page_leaves_to_be_cleared_away_goes_part_by_part_within_the_same_session()
    {
        var device = new ModelDevice();
        var run = SessionRun.Established(device);
        run.Do(new SyncInput.PageStored(FeedKind.Store, 1, 0));
        run.Wait(TimeSpan.FromMinutes(1));
        Assert.That(Drops(run), Is.Empty);
        device.OldParts = 2;
        run.Do(new SyncInput.PageStored(FeedKind.Store, 2, 5_000) { HasOld = true });
        run.Wait(TimeSpan.FromMinutes(1));
        Assert.That(Drops(run).Count(), Is.AtLeast(3), "two parts, and one that finds nothing more");
    }

    [Test]
    public void Products_that_rotted_are_compared_range_by_range_and_only_what_differs_is_corrected()
    {
        var device = new ModelDevice { CatalogueDiffers = true };
        device.Keys.AddRange(["C", "K"]);
        var run = SessionRun.Established(device);
        run.Say(run.StorePage(0, 1));
        Assert.That(run.Effects.OfType<SyncEffect.CheckCatalogue>(), Is.Empty, "Whether this cloud sums products is not known yet.");
        run.Say(CataloguePage(0, 7, check: 1));
        Assert.That(run.Alarms, Is.EqualTo(new[] { "CACHE_DIFFERS" }));
        run.Say(ProductRows("", "C", equal: true));
        run.Say(ProductRows("C", ""));
        Assert.That(run.Sent.Where(sent => sent.SnapshotRead is not null).Select(sent => (sent.SnapshotRead.Feed, sent.SnapshotRead.AfterKey, sent.SnapshotRead.Checksum.Length)), Is.EqualTo(new[]
        {
            (FeedKind.Catalogue, "", CatalogueChecksum.Length), (FeedKind.Catalogue, "C", CatalogueChecksum.Length),
        }));
        Assert.That(run.Alarms, Is.EqualTo(new[] { "CACHE_DIFFERS", "CACHE_CORRECTED" }));
        Assert.That((run.Session.IsUpToDate, run.End), Is.EqualTo((true, (SyncEnd?)null)));

        run.Do(new SyncInput.PageStored(FeedKind.Catalogue, 8, 0) { ChecksumDiffers = true, IsChecked = true });
        Assert.That(Reads(run).Count(), Is.EqualTo(2), "Not again at once.");
        run.Wait(CacheReading.ComparisonInterval).Do(new SyncInput.PageStored(FeedKind.Catalogue, 9, 0) { IsChecked = true });
        Assert.That(Reads(run).Count(), Is.EqualTo(3), "The difference is not forgotten.");
    }

    [Test]
    public void Products_wait_while_the_stock_is_compared_and_then_have_their_turn()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Do(new SyncInput.PageStored(FeedKind.Store, 1, 0) { ChecksumDiffers = true });
        run.Do(new SyncInput.PageStored(FeedKind.Catalogue, 1, 0) { ChecksumDiffers = true, IsChecked = true });
        Assert.That(run.Sent.Where(sent => sent.SnapshotRead is not null).Select(sent => sent.SnapshotRead.Feed), Is.EqualTo(new[] { FeedKind.Store }));
        run.Say(Rows("", "", 1, equal: true));
        Assert.That(run.Sent.Where(sent => sent.SnapshotRead is not null).Select(sent => sent.SnapshotRead.Feed), Is.EqualTo(new[] { FeedKind.Store, FeedKind.Catalogue }));
        run.Say(ProductRows("", "", equal: true));
        Assert.That((run.Session.IsUpToDate, run.End), Is.EqualTo((true, (SyncEnd?)null)));
    }

    [Test]
    public void A_cloud_that_does_not_sum_products_is_never_asked_for_ranges_of_them()
    {
        var run = SessionRun.Established(new ModelDevice { CatalogueDiffers = true });
        run.Say(CataloguePage(0, 7)).Say(run.StorePage(0, 1)).Wait(CacheReading.CheckInterval).Say(CataloguePage(7, 8)).Say(run.StorePage(1, 2));
        Assert.That((Reads(run).Any(), run.End), Is.EqualTo((false, (SyncEnd?)null)));
    }

    [Test]
    public void Products_are_summed_every_hour_also_where_the_stock_alone_moves()
    {
        var run = SessionRun.Established(new ModelDevice());
        run.Say(CataloguePage(0, 7, check: 1)).Say(run.StorePage(0, 1)).Say(CataloguePage(7, 8, check: 1));
        Assert.That(run.Effects.OfType<SyncEffect.CheckCatalogue>().Count(), Is.EqualTo(1));
        run.Wait(CacheReading.CheckInterval).Say(run.StorePage(1, 2));
        Assert.That(run.Effects.OfType<SyncEffect.CheckCatalogue>().Count(), Is.EqualTo(2));
    }

    static SessionRun Resyncing(ModelDevice device, long applied = 0)
    {
        var run = new SessionRun(device);
        var welcome = run.WelcomeAt(applied);
        welcome.Welcome.Resync.Add(FeedKind.Store);
        run.Say(welcome);
        Assert.That(run.Session.IsEstablished, Is.True, $"the session ended with {run.End}");
        return run;
    }

    static IEnumerable<string> Reads(SessionRun run) => run.Sent.Where(sent => sent.SnapshotRead is not null).Select(sent => sent.SnapshotRead.AfterKey);

    static IEnumerable<(FeedKind Feed, ulong Version)> Starts(SessionRun run) => run.Sent.Where(sent => sent.FeedFrom is not null).Select(sent => (sent.FeedFrom.Feed, sent.FeedFrom.Cursor.Version));

    static IEnumerable<ulong> Applied(SessionRun run) => run.Sent.Where(sent => sent.PageApplied is not null).Select(sent => sent.PageApplied.Version);

    static IEnumerable<bool> Drops(SessionRun run) => run.Effects.OfType<SyncEffect.DropOld>().Select(drop => drop.CatalogueIsWhole);

    static CloudMessage Rows(string after, string last, ulong head, bool equal = false) => new()
    {
        SnapshotPage = new()
        {
            Feed = FeedKind.Store, Store = 1, AfterKey = after, LastKey = last, Head = new() { Version = head, Hash = ByteString.CopyFrom(new byte[32]) },
            Stock = { equal ? [] : new[] { new StockRow { Product = "A", OnHandThousandths = 1, Version = 1 } } }, Equal = equal, RowsTotal = 2,
        },
    };

    static CloudMessage CataloguePage(ulong from, ulong to, ulong check = 0) => new()
    {
        Page = new() { Feed = FeedKind.Catalogue, FromVersion = from, ToVersion = to, Hash = ByteString.CopyFrom(new byte[32]), Check = check },
    };

    static CloudMessage ProductRows(string after, string last, bool equal = false) => new()
    {
        SnapshotPage = new()
        {
            Feed = FeedKind.Catalogue, AfterKey = after, LastKey = last, Head = new() { Version = 7, Hash = ByteString.CopyFrom(new byte[32]) },
            Products = { equal ? [] : new[] { new ProductVersion { Code = "D", Version = 3, Currency = "EUR" } } }, Equal = equal,
        },
    };
}
