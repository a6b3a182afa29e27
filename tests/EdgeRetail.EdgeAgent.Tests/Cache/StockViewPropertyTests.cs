using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>
/// Whatever order commands, batches, acknowledgements, pages, markers and restarts come in: the view is what other devices did
/// as far as the feed was applied, plus every own entry exactly once.
/// </summary>
[TestFixture(PendingTable.RowsAtOnceMax)]
[TestFixture(1)]
sealed class StockViewPropertyTests : AgentFixture
{
    static readonly ProductCode[] Products = [Milk, Bread, Code("C")];

    static readonly Gen<(int Kind, int Product, int Amount)[]> Steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[1, 9]).Array[1, 60];

    readonly SortedDictionary<string, int> happened = [];

    public StockViewPropertyTests(int coveredRowsAtOnceMax) => CoveredRowsAtOnceMax = coveredRowsAtOnceMax;

    [Test]
    public void The_view_holds_every_own_entry_exactly_once_at_every_step()
    {
        Steps.Sample(Run, iter: 40, threads: 1);
        Assert.That(happened.Keys, Is.EquivalentTo(new[] { "covered", "own sale left by quarantine", "page with marker", "page without marker", "reopened" }), "every way was gone");
    }

    void Run((int Kind, int Product, int Amount)[] steps)
    {
        Removed();
        Enrolled();
        var cloud = new SimulatedCloud(Store, Stream);
        var own = Products.ToDictionary(product => product, _ => 0L);
        var feedOthers = Products.ToDictionary(product => product, _ => 0L);
        var others = new List<(long Version, ProductCode Product, long Delta)>();
        var sent = 0L;
        foreach (var (kind, index, amount) in steps)
        {
            var product = Products[index];
            switch (kind)
            {
                case 0 or 1:
                    Sell(new SaleDraftLine(product, Quantity.Each(amount), Eur(1), Description: "x", Unknown: true), new SaleDraftLine(Milk, Quantity.Each(1), Eur(1), Description: "x", Unknown: true));
                    own[product] -= amount * 1000;
                    own[Milk] -= 1000;
                    break;
                case 2:
                    Recorded(Agent.Commands.Execute(new ReceiveGoods(null, "ann", "", [new(product, Quantity.Each(amount))])));
                    own[product] += amount * 1000;
                    break;
                case 3:
                    Recorded(Agent.Commands.Execute(new MoveCash(null, "ann", CashMovementKind.In, Eur(amount), "")));
                    break;
                case 4:
                    cloud.Move(product, amount * 1000);
                    others.Add((cloud.Head, product, amount * 1000));
                    break;
                case 5 or 6 when Agent.Outbox.ReadBatch(sent, amount, 1 << 20) is { } batch:
                    sent = batch.LastSequence;
                    cloud.Ingest(batch, IsBad);
                    break;
                case 7:
                    Agent.Outbox.Acknowledge(cloud.AppliedThrough, cloud.AppliedChain, 0, []);
                    break;
                case 8:
                    Apply(cloud, amount, marker: amount > 4, own, feedOthers, others);
                    break;
                case 9:
                    Reopen();
                    Agent.Snapshots.DropOld(catalogueIsWhole: false);
                    Happened("reopened");
                    break;
                default:
                    break;
            }

            Check(own, feedOthers);
        }

        while (Agent.Outbox.ReadBatch(sent, 7, 1 << 20) is { } batch)
        {
            sent = batch.LastSequence;
            cloud.Ingest(batch, IsBad);
        }

        while (Agent.Ledger.HelloState().StoreCursor.Version < cloud.Head || Agent.Queries.Status().PendingCount > 0)
        {
            Apply(cloud, 3, marker: true, own, feedOthers, others);
            Check(own, feedOthers);
        }

        Assert.That(Products.Select(product => OnHand(product)), Is.EqualTo(Products.Select(product => cloud.OnHand.GetValueOrDefault(product))));
        Assert.That(Agent.Queries.Status().CacheDriftCount, Is.Zero);
        Assert.That(Broken(), Is.Empty);
    }

    void Apply(SimulatedCloud cloud, int commits, bool marker, Dictionary<ProductCode, long> own, Dictionary<ProductCode, long> feedOthers, List<(long Version, ProductCode Product, long Delta)> others)
    {
        var from = Agent.Ledger.HelloState().StoreCursor.Version;
        if (cloud.Page(from, commits, marker) is not { } page) return;
        var outcome = Agent.Cache.ApplyStorePage(page);
        var applied = outcome as PageOutcome.Applied ?? throw new AssertionException($"{outcome}");
        foreach (var (_, product, delta) in others.Where(move => move.Version > from && move.Version <= page.ToVersion)) feedOthers[product] += delta;
        foreach (var row in page.Rows.Where(row => row.Quarantined))
        {
            foreach (var movement in cloud.Quarantined[row.Entry]) own[movement.Product] -= movement.DeltaThousandths;
            Happened("own sale left by quarantine");
        }

        Happened(page.Marker is null ? "page without marker" : "page with marker");
        if (applied.Covered > 0) Happened("covered");
    }

    void Check(Dictionary<ProductCode, long> own, Dictionary<ProductCode, long> feedOthers) =>
        Assert.That(Products.Select(product => OnHand(product)), Is.EqualTo(Products.Select(product => own[product] + feedOthers[product])));

    static bool IsBad(EntryId id) => id.ToByteArray()[15] % 5 == 0;

    long OnHand(ProductCode product) => Agent.Queries.StockOf(product).Figures[0].OnHandThousandths;

    void Happened(string what) => happened[what] = happened.GetValueOrDefault(what) + 1;
}
