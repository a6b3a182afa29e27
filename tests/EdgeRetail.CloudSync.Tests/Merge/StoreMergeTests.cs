using CsCheck;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Merge;

public sealed class StoreMergeTests
{
    const long ReceivedAtMs = 1_800_000_000_000;

    static readonly DeviceId Device = new(7);
    static readonly StreamId Stream = new(new Guid("11111111-1111-4111-8111-111111111111"));

    /// <summary>Entries of up to three devices: per entry its device, and deltas of up to four products.</summary>
    static readonly Gen<List<(int Device, List<(int Product, int Delta)> Lines)>> Histories =
        Gen.Select(Gen.Int[0, 2], Gen.Select(Gen.Int[0, 3], Gen.Int[-5_000, 5_000]).List[0, 3]).List[0, 40];

    [Test]
    public void Any_arrival_order_that_keeps_each_devices_order_gives_the_same_stock() =>
        Gen.Select(Histories, Gen.Int, Gen.Int).Sample((history, seed, otherSeed) =>
        {
            var entries = Entries(history);
            Assert.That(Stock(Merged(Interleaved(entries, history, seed))), Is.EqualTo(Stock(Merged(Interleaved(entries, history, otherSeed)))));
        });

    [Test]
    public void Stock_is_the_sum_of_the_effects_and_each_effect_carries_its_result() =>
        Histories.Sample(history =>
        {
            var merge = NewMerge();
            var effects = merge.Merge(Entries(history)).Effects;
            var running = new Dictionary<ProductCode, long>();
            foreach (var effect in effects.Where(effect => effect.Product is not null))
            {
                running[effect.Product!.Value] = running.GetValueOrDefault(effect.Product.Value) + effect.Delta;
                Assert.That(effect.OnHand, Is.EqualTo(running[effect.Product.Value]));
            }

            Assert.That(Stock(merge), Is.EqualTo(running.OrderBy(product => product.Key)));
        });

    [Test]
    public void Every_entry_takes_one_version_and_leaves_at_least_one_effect() =>
        Histories.Sample(history =>
        {
            var merged = NewMerge(version: 41).Merge(Entries(history));
            Assert.That(merged.Journal.Select(row => row.Version), Is.EqualTo(Enumerable.Range(42, history.Count).Select(version => (long)version)));
            Assert.That(merged.Effects.Select(effect => effect.Version).Distinct(), Is.EqualTo(merged.Journal.Select(row => row.Version)));
            foreach (var step in merged.Effects.GroupBy(effect => effect.Version))
                Assert.That(step.Select(effect => (int)effect.Ordinal), Is.EqualTo(Enumerable.Range(0, step.Count())));
        });

    [Test]
    public void Merging_in_parts_writes_what_merging_at_once_writes() =>
        Gen.Select(Histories, Gen.Int[0, 40]).Sample((history, cut) =>
        {
            var entries = Entries(history);
            cut = Math.Min(cut, entries.Count);
            var inParts = NewMerge();
            var parts = inParts.Merge(entries.Take(cut));
            parts.Add(inParts.Merge(entries.Skip(cut)));
            var atOnce = NewMerge().Merge(entries);
            Assert.That(parts.Effects, Is.EqualTo(atOnce.Effects));
            Assert.That(parts.Journal, Is.EqualTo(atOnce.Journal));
        });

    [Test]
    public void An_entry_that_comes_again_does_nothing_again() =>
        Gen.Select(Histories, Gen.Int).Sample((history, seed) =>
        {
            var merge = NewMerge();
            var entries = Entries(history);
            merge.Merge(entries);
            var (version, stock) = (merge.Version, Stock(merge));
            var again = merge.Merge(Interleaved(entries, history, seed).Select((entry, i) => entry with { Sequence = 1000 + i }));
            Assert.That((merge.Version, again.Journal.Count, again.Effects.Count), Is.EqualTo((version, 0, 0)));
            Assert.That(Stock(merge), Is.EqualTo(stock));
            Assert.That(again.Sequences.Select(sequence => sequence.Sequence), Is.EqualTo(Enumerable.Range(1000, entries.Count).Select(i => (long)i)), "Its sequence is consumed.");
            Assert.That(again.Outcomes, Has.All.InstanceOf<EntryOutcome.Duplicate>());
        });

    [Test]
    public void Effective_time_rises_strictly_and_stays_within_the_bound() =>
        Gen.Select(Gen.Long[ReceivedAtMs - 100_000, ReceivedAtMs + 200_000], Gen.Int[0, 3]).List[1, 60].Sample(clocks =>
        {
            var merged = NewMerge().Merge(clocks.Select((clock, i) => Entry(i, []) with { Hlc = new HybridTimestamp(clock.Item1, clock.Item2) }));
            var times = merged.Journal.Select(row => row.EffectiveTime.At.Packed).ToList();
            Assert.That(times, Is.Ordered.Ascending);
            Assert.That(times, Is.Unique);
            Assert.That(merged.Journal.Select(row => row.EffectiveTime.At.Milliseconds), Has.All.AtMost(ReceivedAtMs + 60_000));
        });

    [TestCase(-1_000, EffectiveTimeSource.Hlc)]
    [TestCase(60_000, EffectiveTimeSource.Hlc)]
    [TestCase(60_001, EffectiveTimeSource.Clamped)]
    public void A_clock_is_believed_up_to_the_bound(long ahead, EffectiveTimeSource source) =>
        Assert.That(EffectiveTime.Of(new HybridTimestamp(ReceivedAtMs + ahead, 0), null, default, ReceivedAtMs).Source, Is.EqualTo(source));

    [Test]
    public void A_clock_that_went_back_is_raised_one_tick_above_the_entry_before() =>
        Assert.That(
            EffectiveTime.Of(new HybridTimestamp(ReceivedAtMs - 5_000, 0), null, new HybridTimestamp(ReceivedAtMs, 7), ReceivedAtMs),
            Is.EqualTo(new EffectiveTime(new HybridTimestamp(ReceivedAtMs, 8), EffectiveTimeSource.Raised)));

    [TestCase(0L, TestName = "A device at 1970 counts as of its corrected wall time")]
    [TestCase(4_200_000_000_000L, TestName = "A device at 2102 counts as of its corrected wall time")]
    public void A_wall_time_is_corrected_by_what_was_agreed_about_its_boot(long bootedAtMs)
    {
        const ulong Boot = 7;
        var sold = ReceivedAtMs - 3_600_000;
        var merge = new StoreMerge(new StockFold(0, [], StockChecksum.Empty), [], Device, Stream, default, ReceivedAtMs, new Dictionary<ulong, long> { [Boot] = bootedAtMs - sold });
        var merged = merge.Merge(Enumerable.Range(0, 3).Select(i => Entry(i, []) with { Hlc = new HybridTimestamp(bootedAtMs + (i * 1000), 0), Wall = new(Boot, bootedAtMs + (i * 1000)) }));
        Assert.That(merged.Journal.Select(row => row.EffectiveTime), Is.EqualTo(Enumerable.Range(0, 3).Select(i => new EffectiveTime(new(sold + (i * 1000), 0), EffectiveTimeSource.Corrected))));
    }

    [Test]
    public void An_offset_of_another_boot_corrects_nothing()
    {
        var merge = new StoreMerge(new StockFold(0, [], StockChecksum.Empty), [], Device, Stream, default, ReceivedAtMs, new Dictionary<ulong, long> { [8] = 5_000 });
        var merged = merge.Merge([Entry(0, []) with { Hlc = new HybridTimestamp(ReceivedAtMs, 3), Wall = new(7, ReceivedAtMs) }]);
        Assert.That(merged.Journal[0].EffectiveTime, Is.EqualTo(new EffectiveTime(new(ReceivedAtMs, 3), EffectiveTimeSource.Hlc)));
    }

    /// <summary>The time service set the clock of a boot that had begun at 1970: what was agreed before would lead decades ahead.</summary>
    [Test]
    public void A_wall_clock_that_was_set_after_the_agreement_gives_way_to_the_devices_own_clock()
    {
        var truth = new HybridTimestamp(ReceivedAtMs - 10_000, 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EffectiveTime.Of(truth, ReceivedAtMs + 1_700_000_000_000, default, ReceivedAtMs), Is.EqualTo(new EffectiveTime(truth, EffectiveTimeSource.Hlc)));
            Assert.That(
                EffectiveTime.Of(truth, ReceivedAtMs - 86_400_000, new HybridTimestamp(ReceivedAtMs - 20_000, 0), ReceivedAtMs),
                Is.EqualTo(new EffectiveTime(truth, EffectiveTimeSource.Hlc)), "a day before the entry before it");
            Assert.That(
                EffectiveTime.Of(new HybridTimestamp(ReceivedAtMs * 2, 0), ReceivedAtMs * 2, default, ReceivedAtMs),
                Is.EqualTo(new EffectiveTime(new(ReceivedAtMs + 60_000, 0), EffectiveTimeSource.Clamped)), "where neither can be");
        }
    }

    [Test]
    public void Corrected_times_rise_strictly_and_stay_within_the_bound_whatever_the_clocks_say() =>
        Gen.Select(Gen.Long[0, ReceivedAtMs * 2], Gen.Long[0, ReceivedAtMs * 2]).List[1, 60].Sample(clocks =>
        {
            var merge = new StoreMerge(new StockFold(0, [], StockChecksum.Empty), [], Device, Stream, default, ReceivedAtMs, new Dictionary<ulong, long> { [7] = 12_345 });
            var times = merge.Merge(clocks.Select((clock, i) => Entry(i, []) with { Hlc = new HybridTimestamp(clock.Item1, 0), Wall = new(7, clock.Item2) }))
                .Journal.Select(row => row.EffectiveTime.At).ToList();
            Assert.That(times.Select(time => time.Packed), Is.Ordered.Ascending);
            Assert.That(times, Is.Unique);
            Assert.That(times.Select(time => time.Milliseconds), Has.All.AtMost(ReceivedAtMs + 60_000));
        });

    [TestCase(long.MaxValue - 10, 11)]
    [TestCase(long.MinValue + 10, -11)]
    public void An_on_hand_beyond_64_bits_quarantines_the_entry_and_moves_nothing(long onHand, long delta)
    {
        var product = ProductCode.Parse("A");
        var merge = new StoreMerge(new StockFold(7, [new(product, new(onHand, 7)), new(ProductCode.Parse("B"), new(1, 3))], StockChecksum.Empty), [], Device, Stream, default, ReceivedAtMs);
        var merged = merge.Merge([Entry(0, [new(product, delta), new(ProductCode.Parse("B"), 1)])]);
        Assert.That(merged.Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(1, StoreMerge.OverflowCode) }));
        Assert.That(merged.Effects, Is.EqualTo(new[] { new StockEffect(8, 0, merged.Journal[0].Id, null, 0, null) }));
        Assert.That(merge.Stock[product], Is.EqualTo(new ProductStock(onHand, 7)));
        Assert.That(merge.Stock[ProductCode.Parse("B")], Is.EqualTo(new ProductStock(1, 3)));
    }

    [Test]
    public void An_id_that_other_bytes_have_is_kept_under_one_of_its_own_and_again_only_once()
    {
        var merge = NewMerge();
        var first = Entry(0, [new(ProductCode.Parse("A"), -1)]);
        var second = Entry(1, [new(ProductCode.Parse("A"), -1)]) with { Id = first.Id };
        var merged = merge.Merge([first, second]);
        Assert.That(merged.Journal.Select(row => row.Id), Is.EqualTo(new[] { first.Id, second.FallbackId }));
        Assert.That(merged.Journal[1].Quarantine!.Code, Is.EqualTo(StoreMerge.IdConflictCode));
        Assert.That(merged.Sequences, Is.EqualTo(new[] { new ConsumedSequence(2, second.FallbackId, second.Hash, IdConflict: true) }));
        Assert.That(merge.Stock[ProductCode.Parse("A")].OnHand, Is.EqualTo(-1));

        var again = merge.Merge([second with { Sequence = 3 }]);
        Assert.That(again.Journal, Is.Empty);
        Assert.That(again.Outcomes, Is.EqualTo(new[] { new EntryOutcome.Quarantined(3, StoreMerge.IdConflictCode) }));
    }

    [Test]
    public void A_copy_goes_its_own_way()
    {
        var merge = NewMerge();
        var copy = merge.Copy();
        copy.Merge([Entry(0, [new(ProductCode.Parse("A"), 5)])]);
        Assert.That((merge.Version, merge.Stock.Count, merge.LastEffectiveTime), Is.EqualTo((0L, 0, default(HybridTimestamp))));
        Assert.That(merge.Merge([Entry(0, [])]).Journal, Has.Count.EqualTo(1), "The copy's entry is not known here.");
    }

    static StoreMerge NewMerge(long version = 0) => new(new StockFold(version, [], StockChecksum.Empty), [], Device, Stream, default, ReceivedAtMs);

    static StoreMerge Merged(IEnumerable<ArrivedEntry> entries)
    {
        var merge = NewMerge();
        merge.Merge(entries);
        return merge;
    }

    static List<KeyValuePair<ProductCode, long>> Stock(StoreMerge merge) =>
        [.. merge.Stock.OrderBy(product => product.Key).Select(product => KeyValuePair.Create(product.Key, product.Value.OnHand))];

    static List<ArrivedEntry> Entries(List<(int Device, List<(int Product, int Delta)> Lines)> history) =>
        [.. history.Select((entry, i) => Entry(i, [.. entry.Lines.GroupBy(line => line.Product).Select(line => new StockMovement(ProductCode.Parse($"P{line.Key}"), line.Sum(each => each.Delta)))]))];

    static ArrivedEntry Entry(int index, IReadOnlyList<StockMovement> movements)
    {
        var hash = Hash256.Of(BitConverter.GetBytes(index));
        return new(index + 1, EntryId.Derive(ReceivedAtMs + index, hash), EntryId.OfUndecodable(hash), hash, new byte[] { 1 }, 20, 1, new HybridTimestamp(ReceivedAtMs + index, 0), new DateOnly(2026, 1, 1), movements, null);
    }

    /// <summary>Another arrival order: devices take turns by chance, each device's entries stay in order.</summary>
    static List<ArrivedEntry> Interleaved(List<ArrivedEntry> entries, List<(int Device, List<(int Product, int Delta)> Lines)> history, int seed)
    {
        var random = new Random(seed);
        var queues = entries.Zip(history).GroupBy(pair => pair.Second.Device, pair => pair.First).Select(group => new Queue<ArrivedEntry>(group)).ToList();
        var order = new List<ArrivedEntry>();
        while (queues.Count > 0)
        {
            var queue = queues[random.Next(queues.Count)];
            order.Add(queue.Dequeue());
            if (queue.Count == 0) queues.Remove(queue);
        }

        return order;
    }
}
