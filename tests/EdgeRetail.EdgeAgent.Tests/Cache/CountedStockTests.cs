using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>What a count shows from its commit until the feed covers it: what was counted, and what moved since.</summary>
sealed class CountedStockTests : AgentFixture
{
    static readonly IncarnationId OtherHistory = new(new Guid("aaaaaaaa-0000-4000-8000-000000000002"));
    static readonly EntryId Other = new(new Guid("01979000-0000-8000-8000-000000000001"));

    long version;

    [SetUp]
    public void Begin() => version = 0;

    [Test]
    public void What_was_counted_is_shown_at_once_and_sales_go_on_from_there()
    {
        Page((Other, Milk, 50_000, 50_000));
        SellMilk(2);
        Count(40);
        Assert.That(Shown(), Is.EqualTo((40_000, -10_000)));
        SellMilk(3);
        Assert.That(Shown(), Is.EqualTo((37_000, -13_000)));
        Count(0);
        Assert.That(Shown(), Is.EqualTo((0, -50_000)));
        Assert.That(Broken(), Is.Empty);
        Reopen();
        Assert.That(Shown(), Is.EqualTo((0, -50_000)));
    }

    [Test]
    public void Lines_of_one_product_sum_and_a_product_never_heard_of_is_counted_from_nothing()
    {
        Recorded(Agent.Commands.Execute(new CountStock(null, "ann", null, [new(Milk, Quantity.Each(11)), new(Bread, Quantity.Each(0)), new(Milk, Quantity.Each(30))])));
        Assert.That(Shown(), Is.EqualTo((41_000, 41_000)));
        Assert.That(Scalar("SELECT count(*) FROM pending"), Is.EqualTo(2));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void What_others_do_meanwhile_is_added_and_what_a_count_leaves_by_is_the_clouds()
    {
        Page((Other, Milk, 50_000, 50_000));
        var sold = SellMilk(2);
        var counted = Count(40);
        Page((Other, Milk, 5_000, 55_000));
        Assert.That(Shown(), Is.EqualTo((45_000, -10_000)));
        Page((sold.Entry, Milk, -2_000, 53_000));
        Assert.That(Shown(), Is.EqualTo((45_000, -8_000)));
        Page((counted.Entry, Milk, -8_000, 45_000));
        Assert.That(Shown(), Is.EqualTo((45_000, 0)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_sale_that_leaves_by_another_figure_than_shown_gives_the_difference_to_the_count_after_it()
    {
        Page((Other, Milk, 50_000, 50_000));
        var sold = SellMilk(2);
        var counted = Count(40);

        // Another kiosk counted 45 after this sale and before this count: the sale changes nothing any more.
        Page((Other, Milk, -5_000, 45_000));
        Assert.That(Shown(), Is.EqualTo((35_000, -10_000)));
        Page((sold.Entry, Milk, 0, 45_000));
        Assert.That(Shown(), Is.EqualTo((35_000, -10_000)), "the sale left, and nothing changed on the screen");
        Page((counted.Entry, Milk, -5_000, 40_000));
        Assert.That(Shown(), Is.EqualTo((40_000, 0)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Within_one_page_and_with_the_own_marker_differences_go_from_count_to_count()
    {
        Page((Other, Milk, 50_000, 50_000));
        var sold = SellMilk(2);
        var first = Count(40);
        SellMilk(1);
        Count(30);
        Assert.That(Shown(), Is.EqualTo((30_000, -20_000)));
        Page(new OwnMarker(Stream, 2, Agent.Ledger.ChainAt(2)!.Value), (Other, Milk, -6_000, 44_000), (sold.Entry, Milk, 0, 44_000), (first.Entry, Milk, -1_000, 43_000));
        // Shown were -2, -8, -1 and -9. The two left by 0 and -1: -9 go to the count of 30, and only what others did is seen.
        Assert.That(Shown(), Is.EqualTo((24_000, -19_000)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void What_stands_in_quarantine_gives_all_that_it_showed_to_the_count_after_it()
    {
        Page((Other, Milk, 50_000, 50_000));
        var sold = SellMilk(2);
        Count(40);
        Quarantined(sold.Entry);
        Assert.That(Shown(), Is.EqualTo((40_000, -10_000)));
        Assert.That(Agent.Queries.Status().PendingCount, Is.EqualTo(1));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Against_a_cache_that_was_read_anew_counts_are_fixed_anew()
    {
        Page((Other, Milk, 50_000, 50_000));
        SellMilk(2);
        Count(40);
        SellMilk(1);
        Count(38);
        SellMilk(5);
        var restored = new SimulatedCloud(Store, Stream) { SaysChecksums = true, History = 2 };
        restored.Move(Milk, 100_000);
        Agent.Snapshots.Open(OtherHistory);
        Assert.That(Agent.Snapshots.Add(restored.Rows("", 10)), Is.InstanceOf<SnapshotOutcome.Stored>());
        Assert.That(Agent.Snapshots.Lay(restored.Page(Agent.Snapshots.Current!.Next.Version, 1000, marker: true)!, maySwitch: true), Is.InstanceOf<SnapshotOutcome.Switched>());
        Assert.That(Shown(), Is.EqualTo((33_000, -67_000)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_count_that_the_cache_contains_is_not_fixed_again()
    {
        Page((Other, Milk, 50_000, 50_000));
        var counted = Count(40);
        Page(new OwnMarker(Stream, 1, Agent.Ledger.ChainAt(1)!.Value), (counted.Entry, Milk, -10_000, 40_000));
        SellMilk(1);
        Assert.That(Shown(), Is.EqualTo((39_000, -1_000)));
        Page((Other, Milk, 1_000, 41_000));
        Assert.That(Shown(), Is.EqualTo((40_000, -1_000)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_count_given_again_is_recorded_once_and_with_other_content_refused()
    {
        var command = new CountStock(new CommandId(Guid.NewGuid()), "ann", new CountSheetId(Guid.NewGuid()), [new(Milk, Quantity.Each(3))]);
        var first = Recorded(Agent.Commands.Execute(command));
        SellMilk(1);
        Assert.That(Recorded(Agent.Commands.Execute(command)), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Refused(Agent.Commands.Execute(command with { Sheet = null })).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Shown(), Is.EqualTo((2_000, 2_000)));
        Assert.That(((StockCounted)Entries[0]).Sheet, Is.EqualTo(command.Sheet));
    }

    static IEnumerable<TestCaseData> Refusals()
    {
        yield return new("LINES_MISSING", Array.Empty<StockLine>());
        yield return new("QUANTITY_NOT_POSITIVE", new StockLine[] { new(Milk, Quantity.Each(-1)) });
        yield return new("TOO_MANY_LINES", Enumerable.Repeat(new StockLine(Milk, Quantity.Each(1)), 1_001).ToArray());
        yield return new("UNIT_MISMATCH", new StockLine[] { new(Code("CHEESE-1"), new(1_000, Unit.Litre)) });
        yield return new("QUANTITY_TOO_LARGE", new StockLine[] { new(Milk, new(long.MaxValue, Unit.Each)) });
    }

    [TestCaseSource(nameof(Refusals))]
    public void What_nobody_can_count_is_refused_and_nothing_is_written(string code, StockLine[] lines)
    {
        LoadCatalogue();
        Assert.That(Refused(Agent.Commands.Execute(new CountStock(null, "ann", null, lines))).Code, Is.EqualTo(code));
        Assert.That(Entries, Is.Empty);
    }

    CommandResult.Recorded Count(long count) => Recorded(Agent.Commands.Execute(new CountStock(null, "ann", null, [new(Milk, Quantity.Each(count))])));

    (long OnHand, long Pending) Shown()
    {
        var figure = Agent.Queries.StockOf(Milk).Figures.Single();
        return (figure.OnHandThousandths, figure.PendingThousandths);
    }

    void Page(params (EntryId Entry, ProductCode Product, long Delta, long OnHand)[] rows) => Page(null, rows);

    void Page(OwnMarker? marker, params (EntryId Entry, ProductCode Product, long Delta, long OnHand)[] rows)
    {
        var from = version;
        Applied(new(Store, from, from + rows.Length, default, [.. rows.Select(row => new EffectRow(++version, row.Entry, row.Product, row.Delta, row.OnHand, false))], marker));
    }

    void Quarantined(EntryId entry)
    {
        var from = version++;
        Applied(new(Store, from, version, default, [new EffectRow(version, entry, null, 0, 0, true)], null));
    }

    void Applied(StorePage page)
    {
        var applied = Agent.Cache.ApplyStorePage(page) as PageOutcome.Applied;
        Assert.That(applied?.Drifted, Is.Zero);
    }
}
