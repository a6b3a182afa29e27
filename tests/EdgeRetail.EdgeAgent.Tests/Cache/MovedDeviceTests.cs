using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>A device that moves to another store with much unsent: its rows are passed at once and cleared away in parts.</summary>
sealed class MovedDeviceTests : AgentFixture
{
    const int Deliveries = 5;
    const int Products = 250;

    static readonly StoreId Other = new(2);
    static readonly IncarnationId Incarnation = new(new Guid("22222222-2222-4333-8444-555555555555"));

    [SetUp]
    public void Unsent()
    {
        for (var delivery = 0; delivery < Deliveries; delivery++)
            Sell([.. Enumerable.Range(0, Products).Select(product => new SaleDraftLine(Code($"P-{product:D3}"), Quantity.Each(1), Eur(100), Description: "goods", Unknown: true))]);
    }

    [Test]
    public void It_moves_without_touching_the_rows_and_clears_them_away_in_parts_also_when_it_is_killed_between()
    {
        Move(Other);
        Assert.That((Pending, Rows, Agent.Snapshots.HasOld), Is.EqualTo((0L, (long)Deliveries * Products, true)));
        Assert.That(Agent.Queries.Stock(null, 10).Figures, Is.Empty);
        SellMilk();
        Assert.That((Pending, Shown(Milk)), Is.EqualTo((1L, -1000L)));
        Assert.That(Broken(), Is.Empty);

        Assert.That(Agent.Snapshots.DropOld(catalogueIsWhole: false), Is.True);
        Assert.That(Rows, Is.Positive.And.LessThan(Deliveries * Products), "a part");
        Reopen();
        Assert.That((Pending, Shown(Milk)), Is.EqualTo((1L, -1000L)));
        while (Agent.Snapshots.DropOld(catalogueIsWhole: false))
        {
        }

        Assert.That((Pending, Rows, Shown(Milk)), Is.EqualTo((1L, 1L, -1000L)));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_snapshot_of_the_new_store_brings_nothing_of_the_old_one_back_while_its_rows_are_left()
    {
        Move(Other);
        SellMilk();
        var chain = Agent.Ledger.ChainAt(2)!.Value;
        Agent.Snapshots.Open(Incarnation);
        Assert.That(Agent.Snapshots.Add(new(Other, "", "", new(1, new(Hash256.Of([1]))), [new(Milk, 5000, 1)], 1, false)), Is.TypeOf<SnapshotOutcome.Stored>());
        var outcome = Agent.Snapshots.Lay(new(Other, 1, 2, new(Hash256.Of([2])), [], new OwnMarker(Stream, 2, chain)), maySwitch: true);

        Assert.That(outcome, Is.TypeOf<SnapshotOutcome.Switched>());
        Assert.That((Pending, Shown(Milk), Shown(Code("P-001"))), Is.EqualTo((1L, 4000L, 0L)), "the marker is behind what was recorded in the old store, and that is not this store's");
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void A_device_that_comes_back_has_all_of_its_own_pending_again()
    {
        Move(Other);
        Agent.Snapshots.DropOld(catalogueIsWhole: false);
        SellMilk();
        Move(Store);
        Assert.That((Pending, Shown(Code("P-001")), Shown(Milk)), Is.EqualTo(((long)Deliveries, -1000L * Deliveries, 0L)));
        Assert.That(Broken(), Is.Empty);
    }

    long Pending => Agent.Ledger.HelloState().PendingCount;

    long Rows => Scalar("SELECT count(*) FROM pending_row");

    long Shown(ProductCode product) => Agent.Queries.Stock(null, 1000).Figures.Where(figure => figure.Product == product).Sum(figure => figure.OnHandThousandths);

    void Move(StoreId store) => Assert.That(
        Agent.Ledger.SaveWelcome(new(
            new byte[] { 1 }, Stream, 0, ChainHash.Start(Stream), 0, Incarnation, default, Time.GetUtcNow(),
            new(Agent.Ledger.Identity.SettingsVersion + 1, store, Agent.Ledger.Identity.AssignmentVersion + 1, "Shop", Euro, "Europe/Lisbon", 0, "T1"))),
        Is.TypeOf<WelcomeOutcome.Resumed>());
}
