using CsCheck;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Merge;

public sealed class CountMergeTests
{
    const long ReceivedAtMs = 1_800_000_000_000;
    const long FirstAtMs = ReceivedAtMs - 1_000_000;

    static readonly ProductCode Milk = ProductCode.Parse("MILK");

    static readonly Gen<List<(int Device, int Step, int Kind, List<(int Product, int Amount)> Lines)>> Histories =
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5_000]).List[1, 3]).List[1, 30];

    [Test]
    public void What_was_sold_after_a_count_leaves_what_was_counted_less_that()
    {
        var shop = new MergedShop(ReceivedAtMs);
        shop.Arrive(1, [Moved(0, 10, 50)]);
        shop.Arrive(1, [Counted(1, 20, 40)]);
        shop.Arrive(2, [Moved(2, 30, -3)]);
        Assert.That(shop.Effects.Select(effect => (effect.Delta, effect.OnHand)), Is.EqualTo(new (long, long?)[] { (50, 50), (-10, 40), (-3, 37) }));
    }

    [Test]
    public void A_late_sale_from_before_the_count_changes_nothing_and_one_from_after_it_does()
    {
        var shop = new MergedShop(ReceivedAtMs);
        shop.Arrive(1, [Counted(0, 20, 40)]);
        shop.Arrive(2, [Moved(1, 10, -3), Moved(2, 30, -5)]);
        Assert.That(shop.Effects.Select(effect => (effect.Delta, effect.OnHand)), Is.EqualTo(new (long, long?)[] { (40, 40), (0, 40), (-5, 35) }));
    }

    [Test]
    public void A_late_count_re_evaluates_and_the_difference_is_its_own_effect()
    {
        var shop = new MergedShop(ReceivedAtMs);
        shop.Arrive(1, [Moved(0, 10, 50), Moved(1, 30, -5)]);
        shop.Arrive(2, [Counted(2, 20, 48)]);
        Assert.That(shop.Effects[^1], Is.EqualTo(new StockEffect(3, 0, shop.Journal[^1].Instant.Entry, Milk, -2, 43, 2)));
    }

    [Test]
    public void An_older_count_than_the_one_that_holds_changes_nothing()
    {
        var shop = new MergedShop(ReceivedAtMs);
        shop.Arrive(1, [Counted(0, 20, 40)]);
        shop.Arrive(2, [Counted(1, 10, 99)]);
        Assert.That(shop.Effects[^1], Is.EqualTo(new StockEffect(2, 0, shop.Journal[^1].Instant.Entry, Milk, 0, 40, 1)));
        Assert.That(shop.Stock[Milk].Counted, Is.EqualTo(shop.Journal[0].Instant));
    }

    [Test]
    public void At_one_time_the_higher_device_and_then_the_higher_entry_is_the_later()
    {
        var (low, high) = (new EffectiveInstant(new(7), new(1), new(Guid.AllBitsSet)), new EffectiveInstant(new(7), new(2), new(Guid.Empty)));
        Assert.That(low, Is.LessThan(high));
        Assert.That(new EffectiveInstant(new(7), new(2), new(new Guid("80000000-0000-4000-8000-000000000000"))), Is.GreaterThan(new EffectiveInstant(new(7), new(2), new(new Guid("7fffffff-ffff-4fff-8fff-ffffffffffff")))), "as PostgreSQL compares uuid");
    }

    [Test]
    public void A_count_that_leads_beyond_64_bits_is_quarantined_and_changes_nothing()
    {
        var merge = new StoreMerge(
            new StockFold(7, [new(Milk, new(0, 7))], StockChecksum.Empty), [], new(1), new(Guid.Empty), default, ReceivedAtMs);
        var count = Counted(0, 20, 1_000);
        foreach (var arriving in merge.ArrivingCounts([count])) merge.Expect(arriving with { MovedAfter = long.MaxValue });
        var merged = merge.Merge([count]);
        Assert.That(merged.Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(1, StoreMerge.OverflowCode) }));
        Assert.That(merge.Stock[Milk], Is.EqualTo(new ProductStock(0, 7)));
    }

    /// <summary>
    /// Every way to give up to six entries, movements and counts, to up to three devices, and every order in which they can
    /// arrive: once with a time of its own for each, once with times that they share.
    /// </summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Every_arrival_order_of_up_to_six_entries_gives_what_is_defined(int entriesAtOneTime)
    {
        var orders = 0;
        for (var count = 1; count <= 6; count++)
        {
            foreach (var devices in Partitions(count))
            {
                for (var kinds = 0; kinds < 1 << count; kinds++)
                {
                    var entries = Enumerable.Range(0, count)
                        .Select(i => (kinds >> i & 1) == 1 ? Counted(i, i / entriesAtOneTime, 1_000 * (i + 1)) : Moved(i, i / entriesAtOneTime, -(1 << i)))
                        .ToList();
                    SortedDictionary<ProductCode, long>? defined = null;
                    foreach (var order in Orders(devices))
                    {
                        var shop = new MergedShop(ReceivedAtMs);
                        foreach (var i in order) shop.Arrive(devices[i], [entries[i]]);
                        defined ??= MergedShop.Defined(shop.Journal);
                        if (shop.Stock[Milk].OnHand != defined[Milk]) Assert.Fail($"devices {string.Join(',', devices)} kinds {kinds} order {string.Join(',', order)}: {shop.Stock[Milk].OnHand}, not {defined[Milk]}");
                        orders++;
                    }
                }
            }
        }

        TestContext.Out.WriteLine($"{orders} arrival orders");
        Assert.That(orders, Is.GreaterThan(400_000));
    }

    [Test]
    public void Any_history_of_four_devices_gives_what_is_defined_in_any_order_and_any_cut_into_batches() =>
        Gen.Select(Histories, Gen.Int, Gen.Int).Sample(
            (history, seed, otherSeed) =>
            {
                var (one, other) = (Merged(history, seed), Merged(history, otherSeed));
                one.Prove();
                other.Prove();
                Assert.That(one.Stock.OrderBy(row => row.Key).Select(row => (row.Key, row.Value.OnHand, row.Value.Counted)), Is.EqualTo(other.Stock.OrderBy(row => row.Key).Select(row => (row.Key, row.Value.OnHand, row.Value.Counted))));
            },
            iter: 10_000);

    [Test]
    public void A_fold_from_nothing_that_knows_the_counts_gives_the_effects_that_ingest_gave() =>
        Gen.Select(Histories, Gen.Int).Sample((history, seed) =>
        {
            var shop = Merged(history, seed);
            var fold = new StockFold(0, [], StockChecksum.Empty);
            foreach (var (instant, entry) in shop.Journal)
            {
                foreach (var count in entry.Counts) fold.Expect(new(count.Product, instant, 0));
            }

            var effects = new List<StockEffect>();
            foreach (var (instant, entry) in shop.Journal)
                Assert.That(entry.Counts.Count > 0 ? fold.TryCount(instant, entry.Counts, effects) : fold.TryMerge(instant, entry.Movements, effects), Is.True);
            Assert.That(effects, Is.EqualTo(shop.Effects));
            Assert.That(fold.Checksum, Is.EqualTo(shop.Checksum));
        });

    static MergedShop Merged(List<(int Device, int Step, int Kind, List<(int Product, int Amount)> Lines)> history, int seed)
    {
        var at = 0;
        var queues = history.Select((entry, i) => (entry.Device, Entry: Entry(i, at += entry.Step, entry.Kind == 0, entry.Lines)))
            .GroupBy(entry => entry.Device).ToDictionary(group => group.Key, group => new Queue<ArrivedEntry>(group.Select(entry => entry.Entry)));
        var random = new Random(seed);
        var shop = new MergedShop(ReceivedAtMs);
        while (queues.Count > 0)
        {
            var device = queues.Keys.ElementAt(random.Next(queues.Count));
            var batch = new List<ArrivedEntry>();
            for (var left = random.Next(1, 6); left > 0 && queues[device].TryDequeue(out var entry); left--) batch.Add(entry);
            shop.Arrive(device, batch);
            if (random.Next(4) == 0) shop.Arrive(device, batch);
            if (queues[device].Count == 0) queues.Remove(device);
        }

        return shop;
    }

    static ArrivedEntry Moved(int index, int at, long delta) => Entry(index, at, [new(Milk, delta)], []);

    static ArrivedEntry Counted(int index, int at, long counted) => Entry(index, at, [], [new(Milk, counted)]);

    static ArrivedEntry Entry(int index, int at, bool isCount, List<(int Product, int Amount)> lines)
    {
        var sums = lines.GroupBy(line => ProductCode.Parse($"P{line.Product}")).OrderBy(group => group.Key).Select(group => (Product: group.Key, Amount: group.Sum(line => line.Amount)));
        return isCount ? Entry(index, at, [], [.. sums.Select(sum => new StockCount(sum.Product, sum.Amount))]) : Entry(index, at, [.. sums.Select(sum => new StockMovement(sum.Product, sum.Amount - 2_500))], []);
    }

    static ArrivedEntry Entry(int index, int at, IReadOnlyList<StockMovement> movements, IReadOnlyList<StockCount> counts)
    {
        var hash = Hash256.Of(BitConverter.GetBytes(index));
        return new(index + 1, EntryId.Derive(FirstAtMs + at, hash), EntryId.OfUndecodable(hash), hash, new byte[] { 1 }, 20, 1, new HybridTimestamp(FirstAtMs + at, 0), new DateOnly(2026, 1, 1), movements, null) { Counts = counts };
    }

    /// <summary>Which device each entry is of, up to the devices' names.</summary>
    static IEnumerable<int[]> Partitions(int count)
    {
        foreach (var partition in Rest([], 0)) yield return partition;

        IEnumerable<int[]> Rest(int[] sofar, int devices)
        {
            if (sofar.Length == count) return [sofar];
            return Enumerable.Range(1, Math.Min(devices + 1, 3)).SelectMany(device => Rest([.. sofar, device], Math.Max(devices, device)));
        }
    }

    /// <summary>Every order of arrival that keeps each device's own.</summary>
    static IEnumerable<int[]> Orders(int[] devices)
    {
        var left = Enumerable.Range(0, devices.Length).ToList();
        return Rest([], left);

        IEnumerable<int[]> Rest(int[] sofar, List<int> rest)
        {
            if (rest.Count == 0) return [sofar];
            return rest.GroupBy(i => devices[i]).Select(own => own.First()).SelectMany(next => Rest([.. sofar, next], [.. rest.Where(i => i != next)]));
        }
    }
}
