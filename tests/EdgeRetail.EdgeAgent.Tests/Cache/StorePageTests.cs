using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

sealed class StorePageTests : AgentFixture
{
    SimulatedCloud cloud = null!;

    [SetUp]
    public void Cloud() => cloud = new(Store, Stream);

    [Test]
    public void An_own_sale_is_in_the_view_once_before_and_after_the_feed_covers_it()
    {
        cloud.Move(Milk, 10_000);
        Apply();
        SellMilk(3);
        Assert.That(OnHand(Milk), Is.EqualTo(7000));
        cloud.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!);
        cloud.Move(Milk, -1000);
        Assert.That(OnHand(Milk), Is.EqualTo(7000));
        Assert.That(Apply(), Is.EqualTo(new PageOutcome.Applied(3, 1, 0)));
        Assert.That(OnHand(Milk), Is.EqualTo(6000));
        var figure = Agent.Queries.StockOf(Milk);
        Assert.That((figure.Figures[0].CachedThousandths, figure.Figures[0].PendingThousandths, figure.AsOf, figure.FeedVersion), Is.EqualTo((6000L, 0L, (DateTimeOffset?)Time.GetUtcNow(), 3L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_marker_tells_what_is_durable_as_far_as_it_is_acknowledged()
    {
        SellMilk();
        SellMilk();
        SellMilk();
        var batch = Agent.Outbox.ReadBatch(0, 100, 1 << 20)!;
        Agent.Outbox.Acknowledge(2, Agent.Ledger.ChainAt(2)!.Value, 0, []);
        Page(1, 1);
        Assert.That(Agent.Ledger.HelloState().DurableThrough, Is.EqualTo(1));
        Page(2, 3);
        Assert.That(Agent.Ledger.HelloState().DurableThrough, Is.EqualTo(2), "the third is not acknowledged yet");
        Page(3, 1);
        Assert.That(Agent.Ledger.HelloState().DurableThrough, Is.EqualTo(2), "never back");
        Assert.That(batch.LastSequence, Is.EqualTo(3));

        void Page(long version, long durable) => Assert.That(
            Agent.Cache.ApplyStorePage(new(Store, version - 1, version, default, [], new OwnMarker(Stream, 3, Agent.Ledger.ChainAt(3)!.Value) { DurableThrough = durable })), Is.TypeOf<PageOutcome.Applied>());
    }

    [Test]
    public void An_entry_with_several_products_leaves_as_a_whole()
    {
        Recorded(Agent.Commands.Execute(new ReceiveGoods(null, "ann", "D", [new(Milk, Quantity.Each(2)), new(Bread, Quantity.Each(3))])));
        cloud.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!);
        Apply();
        Assert.That((OnHand(Milk), OnHand(Bread), Scalar("SELECT count(*) FROM pending")), Is.EqualTo((2000L, 3000L, 0L)));
    }

    [Test]
    public void A_quarantined_entry_leaves_the_sum_by_its_effect_without_product()
    {
        SellMilk(3);
        cloud.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!, _ => true);
        Apply();
        Assert.That((OnHand(Milk), Agent.Queries.Status().PendingCount), Is.EqualTo((0L, 0L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void The_own_marker_covers_what_the_rows_do_not_name()
    {
        SellMilk(1);
        SellMilk(2);
        SellMilk(4);
        Agent.Cache.ApplyStorePage(new(Store, 0, 0, default, [], new(Stream, 2, Agent.Ledger.ChainAt(2)!.Value)));
        Assert.That((OnHand(Milk), Agent.Queries.Status().PendingCount), Is.EqualTo((-4000L, 1L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_marker_that_is_not_of_this_ledger_changes_nothing()
    {
        SellMilk();
        SellMilk();
        var chain = Agent.Ledger.ChainAt(1)!.Value;
        EffectRow[] rows = [new(1, new(new Guid("dddddddd-0000-4000-8000-000000000001")), Bread, 5000, 5000, false)];
        foreach (var marker in new OwnMarker[] { new(Stream, 2, chain), new(Stream, 3, chain), new(new(Guid.Empty), 1, chain) })
            Assert.That(Agent.Cache.ApplyStorePage(new(Store, 0, 1, default, rows, marker)), Is.TypeOf<PageOutcome.MarkerDiffers>());
        Assert.That((OnHand(Bread), Agent.Queries.Status().PendingCount, Agent.Queries.Status().StoreFeedVersion), Is.EqualTo((0L, 2L, 0L)));
    }

    [Test]
    public void A_page_from_elsewhere_of_another_store_or_out_of_order_changes_nothing()
    {
        var entry = new EntryId(new Guid("dddddddd-0000-4000-8000-000000000001"));
        EffectRow Row(long version) => new(version, entry, Bread, 5000, 5000, false);
        Assert.That(Agent.Cache.ApplyStorePage(new(Store, 1, 2, default, [Row(2)], null)), Is.EqualTo(new PageOutcome.CursorElsewhere(0)));
        Assert.That(Agent.Cache.ApplyStorePage(new(new(2), 0, 1, default, [Row(1)], null)), Is.EqualTo(new PageOutcome.OtherStore(Store)));
        Assert.That(Agent.Cache.ApplyStorePage(new(Store, 0, 1, default, [Row(2)], null)), Is.TypeOf<PageOutcome.Malformed>());
        Assert.That(Agent.Cache.ApplyStorePage(new(Store, 0, 3, default, [Row(3), Row(2)], null)), Is.TypeOf<PageOutcome.Malformed>());
        Assert.That(Agent.Cache.ApplyStorePage(new(Store, 0, 3, default, [Row(0)], null)), Is.TypeOf<PageOutcome.Malformed>());
        Assert.That(Scalar("SELECT (SELECT count(*) FROM cache_stock) + (SELECT sum(version) FROM feed)"), Is.Zero);
    }

    [Test]
    public void The_same_page_twice_is_applied_once()
    {
        cloud.Move(Milk, 10_000);
        var page = cloud.Page(0, 10, marker: false)!;
        Agent.Cache.ApplyStorePage(page);
        Assert.That(Agent.Cache.ApplyStorePage(page), Is.EqualTo(new PageOutcome.CursorElsewhere(1)));
        Assert.That(OnHand(Milk), Is.EqualTo(10_000));
    }

    [Test]
    public void Rows_and_cursor_are_one_transaction()
    {
        SellMilk();
        cloud.Ingest(Agent.Outbox.ReadBatch(0, 100, 1 << 20)!);
        cloud.Move(Bread, 4000);
        Tamper("CREATE TRIGGER disk BEFORE UPDATE ON feed BEGIN SELECT RAISE(ABORT, 'the disk refuses'); END");
        Assert.That(() => Apply(), Throws.Exception);
        Assert.That((OnHand(Bread), Agent.Queries.Status().PendingCount, Scalar("SELECT count(*) FROM pending"), Agent.Queries.Status().StoreFeedVersion), Is.EqualTo((0L, 1L, 1L, 0L)));
        Tamper("DROP TRIGGER disk");
        Assert.That(Apply(), Is.EqualTo(new PageOutcome.Applied(2, 1, 0)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_cache_that_drifted_is_noticed_at_the_next_row_and_the_clouds_figure_stands()
    {
        cloud.Move(Milk, 10_000);
        Apply();
        Tamper("UPDATE cache_stock SET on_hand = on_hand + 1000");
        cloud.Move(Milk, -1000);
        Assert.That(Apply(), Is.EqualTo(new PageOutcome.Applied(2, 0, 1)));
        Assert.That((OnHand(Milk), Agent.Queries.Status().CacheDriftCount), Is.EqualTo((9000L, 1L)));
        Reopen();
        Assert.That(Agent.Queries.Status().CacheDriftCount, Is.EqualTo(1));
    }

    PageOutcome Apply() => Agent.Cache.ApplyStorePage(cloud.Page(Agent.Ledger.HelloState().StoreCursor.Version, 100, marker: false)!);

    long OnHand(ProductCode product) => Agent.Queries.StockOf(product).Figures[0].OnHandThousandths;
}
