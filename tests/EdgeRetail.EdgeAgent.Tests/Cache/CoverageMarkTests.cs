using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>Many entries that leave at once leave by a mark, and their rows later: to people it is all the same.</summary>
sealed class CoverageMarkTests : AgentFixture
{
    const int Sold = 2_500;

    static readonly IncarnationId History = new(new Guid("aaaaaaaa-0000-4000-8000-000000000001"));

    public CoverageMarkTests() => CoveredRowsAtOnceMax = 100;

    [Test]
    public void What_a_marker_covers_leaves_in_one_step_and_its_rows_in_parts()
    {
        Sell(Sold);
        Assert.That(Apply(marker: Sold - 10, version: 1).LeavesRows, Is.True);
        Assert.That((OnHand(), Agent.Queries.Status().PendingCount, Rows()), Is.EqualTo((-10_000L, 10L, (long)Sold)));
        Assert.That(Broken(), Is.Empty);
        Reopen();
        Assert.That((OnHand(), Agent.Queries.Status().PendingCount, Agent.Snapshots.HasOld), Is.EqualTo((-10_000L, 10L, true)));

        var parts = 0;
        for (; Agent.Snapshots.DropOld(catalogueIsWhole: false); parts++) SellMilk();
        Assert.That((parts, Rows(), OnHand(), Agent.Snapshots.HasOld), Is.EqualTo((3, 13L, -13_000L, false)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Few_leave_by_deletion_also_behind_a_mark()
    {
        Sell(200);
        Apply(marker: 150, version: 1);
        Assert.That(Apply(marker: 190, version: 2).LeavesRows, Is.False);
        Assert.That((Rows(), OnHand(), Scalar("SELECT covered_through FROM identity")), Is.EqualTo((160L, -10_000L, 150L)));
        Apply(marker: 120, version: 3);
        Assert.That((Rows(), OnHand()), Is.EqualTo((160L, -10_000L)), "a marker never takes back what is covered");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void An_entry_behind_the_mark_leaves_by_its_name_and_one_before_it_is_not_counted_again()
    {
        Sell(200);
        Apply(marker: 150, version: 1);
        var ids = Entries.Select(entry => Contracts.Wire.EntryCodec.Encode(entry).Id).ToList();
        EffectRow Row(long version, int sequence) => new(version, ids[sequence - 1], Milk, -1000, -1000 * (version - 1), false);
        Assert.That(Agent.Cache.ApplyStorePage(new(Store, 1, 3, default, [Row(2, 140), Row(3, 151)], null)), Is.EqualTo(new PageOutcome.Applied(3, 1, 0)));
        Assert.That(Agent.Queries.Status().PendingCount, Is.EqualTo(49));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_snapshot_whose_marker_stands_before_the_mark_makes_what_is_between_pending_again()
    {
        Sell(300);
        Apply(marker: 250, version: 1);
        Agent.Snapshots.DropOld(catalogueIsWhole: false);
        Sell(150);
        Apply(marker: 440, version: 2);
        Assert.That((OnHand(), Rows()), Is.EqualTo((-10_000L, 200L)));
        Switch(marker: 200);
        Assert.That((OnHand(), Agent.Queries.Status().PendingCount, Rows()), Is.EqualTo((-250_000L, 250L, 250L)));
        Assert.That(Broken(), Is.Empty);
        Switch(marker: 450);
        Assert.That((OnHand(), Agent.Queries.Status().PendingCount), Is.EqualTo((0L, 0L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void What_the_mark_has_passed_is_pruned_with_the_rows_that_are_left_of_it()
    {
        Sell(300);
        Agent.Outbox.Acknowledge(300, Agent.Ledger.ChainAt(300)!.Value, 300, []);
        Apply(marker: 290, version: 1);
        Assert.That(Agent.Pruner.Prune(underPressure: true, CancellationToken.None).Entries, Is.EqualTo(290));
        Assert.That((Rows(), OnHand(), Scalar("SELECT count(*) FROM entry")), Is.EqualTo((10L, -10_000L, 10L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void In_another_store_every_retained_entry_of_it_is_pending_whatever_the_mark_had_passed()
    {
        Sell(200);
        Apply(marker: 180, version: 1);
        Move(new(2), 2);
        Assert.That((Agent.Queries.Status().PendingCount, Rows()), Is.EqualTo((0L, 200L)), "passed by the mark, and not cleared away yet");
        Assert.That(Broken(), Is.Empty);
        SellMilk();
        Move(Store, 3);
        Assert.That((OnHand(), Agent.Queries.Status().PendingCount), Is.EqualTo((-200_000L, 200L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_ledger_that_another_device_of_another_store_takes_over_has_no_mark_and_counts_its_entries_once()
    {
        Sell(200);
        Apply(marker: 180, version: 1);
        Agent.Dispose();
        Agent.Enrol(Options, Time, Enrolment() with { Device = new(4711), DeviceCode = "T9", Predecessor = Enrolment().Device, Store = new(2) });
        Agent = Agent.Open(Options, Time);
        Assert.That((Agent.Queries.Status().PendingCount, Rows(), Scalar("SELECT covered_through FROM identity")), Is.EqualTo((0L, 0L, 0L)));
        Assert.That(Broken(), Is.Empty);
    }

    void Sell(int count)
    {
        for (var i = 0; i < count; i++) SellMilk();
    }

    PageOutcome.Applied Apply(long marker, long version)
    {
        var outcome = Agent.Cache.ApplyStorePage(new(Store, version - 1, version, default, [], new(Stream, marker, Agent.Ledger.ChainAt(marker)!.Value)));
        return outcome as PageOutcome.Applied ?? throw new AssertionException($"Not applied: {outcome}");
    }

    void Switch(long marker)
    {
        Agent.Snapshots.Open(History);
        Agent.Snapshots.Add(new(Store, "", "", new(9, FeedHash.Start), [], 0, false));
        var outcome = Agent.Snapshots.Lay(new(Store, 9, 10, FeedHash.Start, [], new(Stream, marker, Agent.Ledger.ChainAt(marker)!.Value)), maySwitch: true);
        Assert.That(outcome, Is.TypeOf<SnapshotOutcome.Switched>());
    }

    void Move(StoreId to, int assignment) => Assert.That(
        Agent.Ledger.SaveWelcome(new(
            new byte[] { 1 }, Stream, 0, ChainHash.Start(Stream), 0, History, default, Time.GetUtcNow(), new(assignment, to, assignment, "Elsewhere", Euro, "Europe/Berlin", 240, "T1"))),
        Is.TypeOf<EdgeAgent.Ledger.WelcomeOutcome.Resumed>());

    long OnHand() => Agent.Queries.StockOf(Milk).Figures is [var figure, ..] ? figure.OnHandThousandths : 0;

    long Rows() => Scalar("SELECT count(*) FROM pending_row");
}
