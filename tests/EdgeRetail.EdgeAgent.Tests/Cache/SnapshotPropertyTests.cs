using CsCheck;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Cache;

/// <summary>
/// Rows of any number of database snapshots with the feed laid over them are the cloud's stock, whatever is committed between
/// any two pages, whatever is sold meanwhile, and wherever a crash cuts it off.
/// </summary>
[TestFixture(PendingTable.RowsAtOnceMax)]
[TestFixture(1)]
sealed class SnapshotPropertyTests : AgentFixture
{
    static readonly IncarnationId History = new(new Guid("aaaaaaaa-0000-4000-8000-000000000001"));
    static readonly ProductCode[] Products = [.. Enumerable.Range(0, 12).Select(i => Code($"P{i:D2}"))];
    static readonly Gen<(int Kind, int Product, int Amount)[]> Steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 11], Gen.Int[1, 6]).Array[5, 80];

    readonly SortedDictionary<string, int> happened = [];

    public SnapshotPropertyTests(int coveredRowsAtOnceMax) => CoveredRowsAtOnceMax = coveredRowsAtOnceMax;

    [Test]
    public void What_was_read_is_the_clouds_stock_and_every_own_entry_is_in_the_view_once()
    {
        Steps.Sample(Run, iter: 60, threads: 1);
        TestContext.Out.WriteLine(string.Join("\n", happened.Select(pair => $"{pair.Key,-30} {pair.Value}")));
        Assert.That(happened.Keys, Is.EquivalentTo(new[] { "page of rows", "feed laid over", "switched", "reopened", "sold meanwhile", "begun again" }), "every way was gone");
    }

    void Run((int Kind, int Product, int Amount)[] steps)
    {
        Removed();
        Enrolled();
        var before = new SimulatedCloud(Store, Stream) { SaysChecksums = true };
        foreach (var product in Products) before.Move(product, 500);
        Agent.Cache.ApplyStorePage(before.Page(0, 100, marker: true)!);
        var cloud = new SimulatedCloud(Store, Stream) { SaysChecksums = true, History = 2 };
        var own = Products.ToDictionary(product => product, _ => 0L);
        var sent = 0L;
        var switched = false;
        Agent.Snapshots.Open(History);
        foreach (var (kind, index, amount) in steps)
        {
            var product = Products[index];
            switch (kind)
            {
                case 0 or 1: cloud.Move(product, amount * 1000); break;
                case 2:
                    Sell(new SaleDraftLine(product, Quantity.Each(amount), Eur(1), Description: "x", Unknown: true));
                    own[product] -= amount * 1000;
                    if (!switched) Happened("sold meanwhile");
                    break;
                case 3 when Agent.Outbox.ReadBatch(sent, amount, 1 << 20) is { } batch:
                    sent = batch.LastSequence;
                    cloud.Ingest(batch);
                    break;
                case 4:
                    Reopen();
                    Agent.Snapshots.DropOld(catalogueIsWhole: false);
                    Happened("reopened");
                    break;
                case 5 when !switched && amount == 6:
                    Agent.Snapshots.Forget();
                    Agent.Snapshots.Open(History);
                    Happened("begun again");
                    break;
                default:
                    switched |= !switched && Read(cloud, amount);
                    break;
            }

            if (!switched) Assert.That(Shown(), Is.EqualTo(Products.Select(each => 500 + own[each])), "until the switch, what was shown before and every own sale");
        }

        while (!switched) switched = Read(cloud, 5);
        while (Agent.Outbox.ReadBatch(sent, 50, 1 << 20) is { } batch)
        {
            sent = batch.LastSequence;
            cloud.Ingest(batch);
        }

        Agent.Cache.ApplyStorePage(cloud.Page(Agent.Ledger.HelloState().StoreCursor.Version, 1000, marker: true)!);
        Assert.That(Shown(), Is.EqualTo(Products.Select(product => cloud.OnHand.GetValueOrDefault(product))));
        Assert.That((Agent.Queries.Status().PendingCount, Agent.Snapshots.Sum()), Is.EqualTo((0L, false)));
        while (Agent.Snapshots.DropOld(catalogueIsWhole: true));
        Assert.That(Scalar("SELECT count(*) FROM cache_stock"), Is.EqualTo(cloud.OnHand.Count));
        Assert.That(Broken(), Is.Empty);
    }

    /// <summary>The next page; true where it led to the switch.</summary>
    bool Read(SimulatedCloud cloud, int amount)
    {
        var snapshot = Agent.Snapshots.Current!;
        if (!snapshot.IsWhole)
        {
            Assert.That(Agent.Snapshots.Add(cloud.Rows(snapshot.AfterKey, amount)), Is.TypeOf<SnapshotOutcome.Stored>());
            Happened("page of rows");
            return false;
        }

        if (cloud.Page(snapshot.Next.Version, amount, marker: amount > 2) is not { } page) return false;
        var outcome = Agent.Snapshots.Lay(page, maySwitch: true);
        Happened(outcome is SnapshotOutcome.Switched ? "switched" : "feed laid over");
        return outcome is SnapshotOutcome.Switched || (outcome is SnapshotOutcome.Stored ? false : throw new AssertionException($"{outcome}"));
    }

    IEnumerable<long> Shown() => Products.Select(product => Agent.Queries.StockOf(product).Figures[0].OnHandThousandths);

    void Happened(string what) => happened[what] = happened.GetValueOrDefault(what) + 1;
}
