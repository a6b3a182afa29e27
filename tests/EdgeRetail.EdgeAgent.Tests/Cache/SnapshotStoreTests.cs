using System.Diagnostics;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>Caches that are read anew beside what is shown, or corrected in place, on real SQLite.</summary>
sealed class SnapshotStoreTests : AgentFixture
{
    static readonly IncarnationId History = new(new Guid("aaaaaaaa-0000-4000-8000-000000000001"));
    static readonly IncarnationId OtherHistory = new(new Guid("aaaaaaaa-0000-4000-8000-000000000002"));

    SimulatedCloud cloud = null!;

    [SetUp]
    public void Cloud() => cloud = new(Store, Stream) { SaysChecksums = true };

    [Test]
    public void A_stock_of_another_history_is_replaced_in_one_step_and_what_was_shown_stays_until_then()
    {
        cloud.Move(Milk, 10_000);
        Feed();
        var restored = new SimulatedCloud(Store, Stream) { SaysChecksums = true, History = 2 };
        for (var i = 0; i < 25; i++) restored.Move(Code($"P{i:D2}"), 1000 + i);
        restored.Move(Milk, 4_000);

        Agent.Snapshots.Open(OtherHistory);
        for (var snapshot = Agent.Snapshots.Current!; !snapshot.IsWhole; snapshot = Stored(Agent.Snapshots.Add(restored.Rows(snapshot.AfterKey, 10))))
        {
            SellMilk();
            restored.Move(Code("P24"), 5);
            Assert.That(OnHand(Milk), Is.EqualTo(10_000 - (1000 * Agent.Queries.Status().PendingCount)), "What is shown is the cache of before, with every own sale.");
        }

        restored.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!);
        var sold = Agent.Queries.Status().PendingCount;
        SellMilk(2);
        Assert.That(Agent.Snapshots.Lay(restored.Page(Agent.Snapshots.Current!.Next.Version, 1000, marker: true)!, maySwitch: true), Is.EqualTo(new SnapshotOutcome.Switched(restored.Head, (int)sold)));
        Assert.That((OnHand(Milk), OnHand(Code("P24"))), Is.EqualTo((4_000 - (1000 * sold) - 2000, restored.OnHand[Code("P24")])));
        Assert.That((Agent.Queries.Status().PendingCount, Agent.Ledger.HelloState().StoreCursor), Is.EqualTo((1L, restored.HeadCursor)));
        Assert.That(Broken(), Is.Empty);

        restored.Ingest(Agent.Outbox.ReadBatch(sold, 100, 1 << 20)!);
        var page = (PageOutcome.Applied)Agent.Cache.ApplyStorePage(restored.Page(Agent.Ledger.HelloState().StoreCursor.Version, 100, marker: true)!);
        Assert.That((page.Covered, page.ChecksumDiffers), Is.EqualTo((1, false)), "The feed goes on over it.");
    }

    [Test]
    public void A_crash_at_any_page_costs_that_page()
    {
        for (var i = 0; i < 40; i++) cloud.Move(Code($"P{i:D2}"), 1000);
        Agent.Snapshots.Open(History);
        var pages = 0;
        while (Agent.Snapshots.Current is { IsWhole: false } snapshot)
        {
            Stored(Agent.Snapshots.Add(cloud.Rows(snapshot.AfterKey, 8)));
            cloud.Move(Code($"P{pages * 7:D2}"), 500);
            Reopen();
            Agent.Snapshots.Open(History);
            pages++;
        }

        Assert.That((pages, Agent.Snapshots.Current!.RowCount), Is.EqualTo((5, 40L)), "No row was read twice.");
        while (Agent.Snapshots.Current is { } whole)
        {
            Agent.Snapshots.Lay(cloud.Page(whole.Next.Version, 2, marker: true)!, maySwitch: true);
            Reopen();
        }

        Assert.That(Shown(), Is.EqualTo(cloud.OnHand.OrderBy(row => row.Key)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_reading_of_one_history_is_not_gone_on_with_in_another()
    {
        for (var i = 0; i < 9; i++) cloud.Move(Code($"P{i}"), 1000);
        Agent.Snapshots.Open(History);
        Stored(Agent.Snapshots.Add(cloud.Rows("", 4)));
        Assert.That(Agent.Snapshots.Open(OtherHistory), Is.EqualTo(new StockSnapshot(FeedCursor.Start, 0, "", false, 0, 0)));
        Assert.That(Agent.Snapshots.Add(cloud.Rows("P3", 4)), Is.TypeOf<SnapshotOutcome.Refused>(), "It begins at the beginning.");
        while (Agent.Snapshots.DropOld(catalogueIsWhole: true));
        Assert.That(Scalar("SELECT count(*) FROM cache_stock"), Is.Zero);
    }

    [Test]
    public void An_own_sale_that_the_cloud_lost_is_pending_again_and_one_that_it_has_is_not()
    {
        SellMilk(1);
        Recorded(Agent.Commands.Execute(new MoveCash(null, "ann", CashMovementKind.In, Eur(5), "")));
        SellMilk(2);
        cloud.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!);
        Feed();
        SellMilk(4);
        Assert.That((OnHand(Milk), Agent.Queries.Status().PendingCount), Is.EqualTo((-7000L, 1L)));

        var restored = new SimulatedCloud(Store, Stream) { SaysChecksums = true, History = 2 };
        restored.Ingest(Agent.Outbox.ReadBatch(0, 1, 1 << 20)!);
        Agent.Snapshots.Open(OtherHistory);
        Stored(Agent.Snapshots.Add(restored.Rows("", 100)));
        Assert.That(Agent.Snapshots.Lay(restored.Page(1, 100, marker: true)!, maySwitch: true), Is.EqualTo(new SnapshotOutcome.Switched(1, -2)));
        Assert.That((OnHand(Milk), Agent.Queries.Status().PendingCount), Is.EqualTo((-7000L, 3L)), "Every own sale is in the view once.");
        Assert.That(Broken(), Is.Empty);
        Reopen();
        Assert.That((OnHand(Milk), Agent.Queries.Status().PendingCount), Is.EqualTo((-7000L, 3L)));
    }

    [Test]
    public void What_was_read_is_not_shown_before_a_page_with_the_own_marker_reaches_what_the_last_page_saw()
    {
        cloud.Move(Milk, 1000);
        Agent.Snapshots.Open(History);
        cloud.Move(Bread, 1000);
        var rows = cloud.Rows("", 1);
        Stored(Agent.Snapshots.Add(rows));
        cloud.Move(Bread, 1000);
        Stored(Agent.Snapshots.Add(cloud.Rows(rows.LastKey, 10)));
        Assert.That(Agent.Snapshots.Current!.Next.Version, Is.EqualTo(2));
        Assert.That(Agent.Snapshots.Lay(cloud.Page(2, 0, marker: false) ?? new(Store, 2, 2, rows.Head.Hash, [], null), maySwitch: true), Is.TypeOf<SnapshotOutcome.Stored>());
        Assert.That(Agent.Snapshots.Lay(cloud.Page(2, 1, marker: true)!, maySwitch: false), Is.TypeOf<SnapshotOutcome.Stored>(), "The session says when it may be.");
        Assert.That(Agent.Snapshots.Lay(cloud.Page(3, 1, marker: true)!, maySwitch: true), Is.TypeOf<SnapshotOutcome.Switched>());
    }

    [Test]
    public void What_was_read_and_has_another_checksum_is_given_up_and_never_shown()
    {
        cloud.Move(Milk, 1000);
        cloud.Move(Bread, 3000);
        Feed();
        Agent.Snapshots.Open(OtherHistory);
        Stored(Agent.Snapshots.Add(cloud.Rows("", 100)));
        Tamper("UPDATE cache_stock SET on_hand = on_hand + 1 WHERE generation = 2 AND product = '05000112637922'");
        Assert.That(Agent.Snapshots.Lay(cloud.Page(2, 1, marker: true)!, maySwitch: true), Is.TypeOf<SnapshotOutcome.BeginAnew>());
        Assert.That((OnHand(Bread), Agent.Snapshots.Current), Is.EqualTo((3000L, (StockSnapshot?)null)));
    }

    [Test]
    public void A_cloud_that_was_set_back_between_two_pages_is_noticed()
    {
        for (var i = 0; i < 9; i++) cloud.Move(Code($"P{i}"), 1000);
        Agent.Snapshots.Open(History);
        Stored(Agent.Snapshots.Add(cloud.Rows("", 4)));
        Assert.That(Agent.Snapshots.Add(cloud.Rows("P3", 4) with { Head = new(5, FeedHash.Start) }), Is.TypeOf<SnapshotOutcome.BeginAnew>());
        Assert.That(Agent.Snapshots.Current, Is.Null);
    }

    [Test]
    public void Generations_that_nothing_needs_go_in_parts()
    {
        for (var i = 0; i < 30; i++) cloud.Move(Code($"P{i:D2}"), 1000);
        Feed();
        Tamper("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO cache_stock SELECT 7, 1, 'X' || i, 1, 1 FROM n; INSERT INTO cache_stock VALUES (1, 99, 'OF-ANOTHER-STORE', 1, 1)");
        Assert.That(Agent.Snapshots.HasOld, Is.True);
        var parts = 0;
        while (Agent.Snapshots.DropOld(catalogueIsWhole: false)) parts++;
        Assert.That((parts, Scalar("SELECT count(*) FROM cache_stock"), Agent.Snapshots.HasOld), Is.EqualTo((6, 30L, false)));
    }

    // ---- The rows that are shown, compared and corrected

    [Test]
    public void A_row_that_something_else_wrote_is_noticed_and_corrected()
    {
        for (var i = 0; i < 30; i++) cloud.Move(Code($"P{i:D2}"), 1000 + i);
        Feed();
        Assert.That(Agent.Snapshots.Sum(), Is.False);
        SellMilk();
        Tamper("""
            UPDATE cache_stock SET on_hand = 7 WHERE product = 'P03';
            UPDATE cache_stock SET version = 9999 WHERE product = 'P04';
            DELETE FROM cache_stock WHERE product = 'P17';
            INSERT INTO cache_stock VALUES (1, 1, 'P17x', 5, 3);
            INSERT INTO cache_stock VALUES (1, 1, 'no product!', 5, 3)
            """);
        Assert.That(Agent.Snapshots.Sum(), Is.True);
        Assert.That(Compare(rangeRows: 10), Is.EqualTo((5, 3)), "rows corrected, ranges that differed");
        Assert.That(Agent.Snapshots.Sum(), Is.False, "The sum was kept along.");
        Assert.That(Shown().Where(row => row.Key != Milk), Is.EqualTo(cloud.OnHand.OrderBy(row => row.Key)));
        Assert.That((Agent.Queries.Status().CacheDriftCount, OnHand(Milk)), Is.EqualTo((5L, -1000L)));
        cloud.Move(Milk, 500);
        Assert.That(((PageOutcome.Applied)Agent.Cache.ApplyStorePage(cloud.Page(30, 1, marker: false)!)).ChecksumDiffers, Is.False);
    }

    [Test]
    public void A_page_whose_checksum_is_not_that_of_the_cache_says_so()
    {
        cloud.Move(Milk, 1000);
        cloud.Move(Bread, 1000);
        Feed();
        Reopen();
        Tamper("UPDATE cache_stock SET on_hand = 999 WHERE product = '05000112637922'");
        Tamper("UPDATE feed SET checksum = NULL");
        Reopen();
        cloud.Move(Milk, 1000);
        Assert.That(((PageOutcome.Applied)Agent.Cache.ApplyStorePage(cloud.Page(2, 1, marker: false)!)).ChecksumDiffers, Is.True);
        Assert.That(Compare(10), Is.EqualTo((1, 1)));
        cloud.Move(Milk, 1000);
        Assert.That(((PageOutcome.Applied)Agent.Cache.ApplyStorePage(cloud.Page(3, 1, marker: false)!)).ChecksumDiffers, Is.False);
    }

    [Test]
    public void A_row_that_the_feed_has_yet_to_bring_is_left_to_the_feed()
    {
        cloud.Move(Milk, 10_000);
        Feed();
        SellMilk(3);
        cloud.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!);
        Assert.That(Compare(10).Corrected, Is.Zero);
        Assert.That(OnHand(Milk), Is.EqualTo(7_000), "The own sale is in the view once.");
        Feed();
        Assert.That((OnHand(Milk), Agent.Queries.Status().PendingCount, Agent.Snapshots.Sum()), Is.EqualTo((7_000L, 0L, false)));
    }

    [Test]
    public void A_row_that_the_feed_has_brought_since_stays()
    {
        cloud.Move(Milk, 10_000);
        Feed();
        var rows = cloud.Rows("", 10);
        cloud.Move(Milk, -1_000);
        cloud.Move(Bread, 2_000);
        Feed();
        Assert.That(Agent.Snapshots.Repair(rows), Is.Zero);
        Assert.That((OnHand(Milk), OnHand(Bread)), Is.EqualTo((9_000L, 2_000L)));
    }

    // ---- The catalogue

    [Test]
    public void A_catalogue_that_is_read_anew_is_found_in_all_the_time_and_what_is_gone_goes_at_the_end()
    {
        LoadCatalogue();
        Agent.Snapshots.BeginCatalogue(OtherHistory);
        Assert.That(Agent.Ledger.HelloState().CatalogueCursor, Is.EqualTo(FeedCursor.Start));
        Assert.That(Agent.Queries.SearchProducts("cheese", 5), Has.Count.EqualTo(1));
        LoadCatalogue(new ProductRow(1, Milk, "Whole milk", "Alpine", "1 l", Eur(139), Unit.Each), new ProductRow(2, Bread, "Black bread", "Baker", "500 g", Eur(349), Unit.Each));
        Assert.That(Agent.Snapshots.DropOld(catalogueIsWhole: false), Is.False);
        Assert.That(Agent.Queries.SearchProducts("cheese", 5), Has.Count.EqualTo(1));
        Reopen();
        while (Agent.Snapshots.DropOld(catalogueIsWhole: true));
        Assert.That(Agent.Queries.SearchProducts("cheese", 5), Is.Empty);
        Assert.That(Agent.Queries.SearchProducts("milk", 5).Single().Price, Is.EqualTo(Eur(139)));
        Assert.That((Agent.Cache.ProductCount, Agent.Snapshots.HasOld), Is.EqualTo((2L, false)));
        Assert.That(Scalar("SELECT count(*) FROM product_search WHERE product_search MATCH 'cheese OR fraiche'"), Is.Zero, "The index forgets with it.");
        Assert.That(Broken(), Is.Empty);
    }

    [Test, Explicit("Figures: how long a sale can wait for a cache of 100,000 products that is read anew.")]
    public void Figures_of_100000_products()
    {
        foreach (var chunk in Enumerable.Range(0, 100_000).Chunk(1000))
            Agent.Cache.ApplyStorePage(new(Store, chunk[0], chunk[^1] + 1, FeedHash.Start, [.. chunk.Select(i => new EffectRow(i + 1, EntryId.Derive(i, Hash256.Of([9])), Code($"P{i:D6}"), 1000, 1000, false))], null));
        var longest = new SortedDictionary<string, double>();
        T Timed<T>(string what, Func<T> work)
        {
            var from = Stopwatch.GetTimestamp();
            var result = work();
            longest[what] = Math.Max(longest.GetValueOrDefault(what), Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            return result;
        }

        Timed("sum of what is shown (no transaction)", Agent.Snapshots.Sum);
        Agent.Snapshots.Open(OtherHistory);
        var rows = Enumerable.Range(0, 100_000).Select(i => new SnapshotRow(Code($"P{i:D6}"), 2000, i + 1)).ToList();
        var head = new FeedCursor(100_000, FeedHash.Start);
        for (var at = 0; at < rows.Count; at += 500)
        {
            var part = rows.GetRange(at, 500);
            var page = new StockRows(Store, at == 0 ? "" : rows[at - 1].Product.Value, at + 500 == rows.Count ? "" : part[^1].Product.Value, head, part, 100_000, false);
            Stored(Timed("page of 500 rows", () => Agent.Snapshots.Add(page)));
        }

        var outcome = Timed("switch, with the sum before its transaction", () => Agent.Snapshots.Lay(new(Store, 100_000, 100_000, FeedHash.Start, [], new(Stream, 0, ChainHash.Start(Stream))), maySwitch: true));
        Assert.That(outcome, Is.TypeOf<SnapshotOutcome.Switched>());
        while (Timed("part of the old generation away", () => Agent.Snapshots.DropOld(true)));
        foreach (var (what, milliseconds) in longest) TestContext.Out.WriteLine($"{what,-50} {milliseconds,8:0.0} ms at most");
    }

    /// <summary>What a session does: range by range, rows of those that differ.</summary>
    (int Corrected, int Differed) Compare(int rangeRows)
    {
        var (corrected, differed, after) = (0, 0, "");
        do
        {
            var range = Agent.Snapshots.Range(after, rangeRows);
            var rows = cloud.Rows(range.AfterKey, 1000, range.LastKey);
            after = rows.LastKey;
            if (rows.Rows.Aggregate(StockChecksum.Empty, (sum, row) => sum.With(row.Product, row.OnHandThousandths, row.Version)) == range.Checksum) continue;
            differed++;
            corrected += Agent.Snapshots.Repair(rows)!.Value;
        }
        while (after.Length > 0);
        return (corrected, differed);
    }

    void Feed() => Assert.That(Agent.Cache.ApplyStorePage(cloud.Page(Agent.Ledger.HelloState().StoreCursor.Version, 1000, marker: true)!), Is.TypeOf<PageOutcome.Applied>());

    static StockSnapshot Stored(SnapshotOutcome outcome) => outcome is SnapshotOutcome.Stored { Snapshot: var snapshot } ? snapshot : throw new AssertionException($"{outcome}");

    IEnumerable<KeyValuePair<ProductCode, long>> Shown() =>
        Agent.Queries.Stock(null, 1000).Figures.Select(figure => KeyValuePair.Create(figure.Product, figure.OnHandThousandths));

    long OnHand(ProductCode product) => Agent.Queries.StockOf(product).Figures[0].OnHandThousandths;
}
