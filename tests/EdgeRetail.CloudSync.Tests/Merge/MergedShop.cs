using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Merge;

/// <summary>A store's rows in memory, merged into as ingest does: each batch from the stock of its products, each count told what moved after it.</summary>
sealed class MergedShop(long receivedAtMs)
{
    readonly Dictionary<ProductCode, ProductStock> stock = [];
    readonly Dictionary<EntryId, KnownEntry> known = [];
    readonly Dictionary<int, HybridTimestamp> predecessors = [];
    StockChecksum checksum = StockChecksum.Empty;

    public long Version { get; private set; }

    /// <summary>Every merged entry in order of arrival.</summary>
    public List<(EffectiveInstant Instant, ArrivedEntry Entry)> Journal { get; } = [];

    public List<StockEffect> Effects { get; } = [];

    public IReadOnlyDictionary<ProductCode, ProductStock> Stock => stock;

    public StockChecksum Checksum => checksum;

    public void Arrive(int device, IReadOnlyList<ArrivedEntry> batch)
    {
        var products = batch.SelectMany(entry => entry.Movements.Select(movement => movement.Product).Concat(entry.Counts.Select(count => count.Product))).ToHashSet();
        var merge = new StoreMerge(
            new StockFold(Version, stock.Where(row => products.Contains(row.Key)), checksum), known.Where(row => batch.Any(entry => entry.Id == row.Key)), new(device),
            new(new Guid(device, 0, 0, new byte[8])), predecessors.GetValueOrDefault(device), receivedAtMs);
        foreach (var count in merge.ArrivingCounts(batch))
        {
            merge.Expect(count with
            {
                MovedAfter = Journal.Where(row => row.Instant.CompareTo(count.Instant) > 0).SelectMany(row => row.Entry.Movements).Where(movement => movement.Product == count.Product).Sum(movement => movement.DeltaThousandths),
            });
        }

        var merged = merge.Merge(batch);
        foreach (var row in merged.Journal)
        {
            Journal.Add((new(row.EffectiveTime.At, new(device), row.Id), row.Entry));
            known[row.Id] = new(row.Entry.Hash, default, row.Entry.Sequence, row.Quarantine?.Code);
        }

        Effects.AddRange(merged.Effects);
        foreach (var (product, row) in merge.Stock) stock[product] = row;
        (Version, checksum, predecessors[device]) = (merge.Version, merge.Checksum, merge.LastEffectiveTime);
    }

    /// <summary>On hand as it is defined: the latest count in effective time, and the movements after it.</summary>
    public static SortedDictionary<ProductCode, long> Defined(IEnumerable<(EffectiveInstant Instant, ArrivedEntry Entry)> journal)
    {
        var rows = journal.ToList();
        var defined = new SortedDictionary<ProductCode, long>();
        foreach (var product in rows.SelectMany(row => row.Entry.Movements.Select(each => each.Product).Concat(row.Entry.Counts.Select(each => each.Product))).Distinct())
        {
            var latest = rows.Where(row => row.Entry.Counts.Any(each => each.Product == product)).OrderBy(row => row.Instant).Select(row => ((EffectiveInstant, ArrivedEntry)?)row).LastOrDefault();
            defined[product] = latest is var (at, count)
                ? count.Counts.Single(each => each.Product == product).CountedThousandths + Moved(row => row.Instant.CompareTo(at) > 0)
                : Moved(_ => true);

            long Moved(Func<(EffectiveInstant Instant, ArrivedEntry Entry), bool> which) => rows.Where(which).SelectMany(row => row.Entry.Movements).Where(each => each.Product == product).Sum(each => each.DeltaThousandths);
        }

        return defined;
    }

    /// <summary>Stock is what is defined, the effects lead to it one after the other, and each names the one before it.</summary>
    public void Prove()
    {
        Assert.That(stock.OrderBy(row => row.Key).Select(row => (row.Key, row.Value.OnHand)), Is.EqualTo(Defined(Journal).Select(row => (row.Key, row.Value))));
        var running = new Dictionary<ProductCode, (long OnHand, long Version)>();
        foreach (var effect in Effects.Where(effect => effect.Product is not null))
        {
            var product = effect.Product!.Value;
            long? before = running.TryGetValue(product, out var row) ? row.Version : null;
            if (effect.OnHand != row.OnHand + effect.Delta || effect.PreviousVersion != before) Assert.Fail($"{effect} after {row}");
            running[product] = (row.OnHand + effect.Delta, effect.Version);
        }

        var summed = stock.Aggregate(StockChecksum.Empty, (sum, row) => sum.With(row.Key, row.Value.OnHand, row.Value.Version));
        Assert.That(checksum, Is.EqualTo(summed));
    }
}
