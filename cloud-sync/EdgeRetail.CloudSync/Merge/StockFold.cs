using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// One store's stock as its journal is folded into it: each step takes the next version. On hand is the latest count in
/// effective time and the movements after it, so the final stock is the same for every arrival order. Ingest starts it from
/// the stock rows of a batch's products, a rebuild from nothing; both get equal effects.
/// </summary>
public sealed class StockFold
{
    readonly Dictionary<ProductCode, ProductStock> stock;

    /// <summary>Rows as <see cref="summed"/> has them, of products that were moved since; null where there was none.</summary>
    readonly Dictionary<ProductCode, ProductStock?> moved = [];

    /// <summary>Per product the counts that are to come, with what moved after them so far: a fold keeps no movements.</summary>
    readonly Dictionary<ProductCode, List<ArrivingCount>> arriving = [];
    StockChecksum summed;

    /// <param name="version">The store version that <paramref name="known"/> stands at.</param>
    /// <param name="known">The stock rows of products that will be moved or counted; those not named have none.</param>
    /// <param name="checksum">Of all stock rows of the store at <paramref name="version"/>.</param>
    public StockFold(long version, IEnumerable<KeyValuePair<ProductCode, ProductStock>> known, StockChecksum checksum)
    {
        Version = version;
        summed = checksum;
        stock = new(known);
    }

    StockFold(StockFold other)
    {
        Version = other.Version;
        summed = other.Checksum;
        stock = new(other.stock);
        foreach (var (product, counts) in other.arriving) arriving.Add(product, [.. counts]);
    }

    public long Version { get; private set; }

    /// <summary>Of all stock rows of the store at <see cref="Version"/>; a product that was moved often is hashed when somebody asks, and once.</summary>
    public StockChecksum Checksum
    {
        get
        {
            foreach (var (product, before) in moved)
            {
                if (before is { } row) summed = summed.Without(product, row.OnHand, row.Version);
                var now = stock[product];
                summed = summed.With(product, now.OnHand, now.Version);
            }

            moved.Clear();
            return summed;
        }
    }

    /// <summary>Every product that the fold was given or has moved.</summary>
    public IReadOnlyDictionary<ProductCode, ProductStock> Stock => stock;

    /// <summary>Announces a count before anything that may come after it in effective time is merged: the fold sums for it from here on.</summary>
    public void Expect(ArrivingCount count)
    {
        if (!arriving.TryGetValue(count.Product, out var counts)) arriving.Add(count.Product, counts = []);
        counts.Add(count);
    }

    /// <summary>
    /// Takes the next version for the entry and adds one effect per product, or one without product where it moves none. A
    /// movement from before the product's latest count was seen by whoever counted: its effect is 0. False, and nothing
    /// changed, where a product's on hand would leave 64 bits.
    /// </summary>
    public bool TryMerge(EffectiveInstant instant, IReadOnlyList<StockMovement> movements, ICollection<StockEffect> effects)
    {
        foreach (var movement in movements)
        {
            var row = Of(movement.Product);
            if (!WasSeen(row, instant) && WouldOverflow(row.OnHand, movement.DeltaThousandths)) return false;
        }

        Version++;
        if (movements.Count == 0) effects.Add(new(Version, 0, instant.Entry, null, 0, null));
        for (var ordinal = 0; ordinal < movements.Count; ordinal++)
        {
            var (product, delta) = movements[ordinal];
            if (arriving.Count > 0) Note(product, instant, delta);
            var before = Of(product);
            Put(instant.Entry, ordinal, product, WasSeen(before, instant) ? before.OnHand : before.OnHand + delta, before.Counted, effects);
        }

        return true;
    }

    /// <summary>
    /// Takes the next version for the count and adds one effect per product: what leads from the present figure to what was
    /// counted and moved since, or 0 where a later count holds. Each was announced to <see cref="Expect"/>. False, and nothing
    /// changed, where a product's on hand would leave 64 bits.
    /// </summary>
    public bool TryCount(EffectiveInstant instant, IReadOnlyList<StockCount> counts, ICollection<StockEffect> effects)
    {
        var onHands = new long[counts.Count];
        for (var i = 0; i < onHands.Length; i++)
        {
            var before = Of(counts[i].Product);
            var onHand = IsLatest(before, instant) ? counts[i].CountedThousandths + MovedAfter(counts[i].Product, instant) : before.OnHand;
            if (!Fits(onHand) || !Fits(onHand - before.OnHand)) return false;
            onHands[i] = (long)onHand;
        }

        Version++;
        for (var i = 0; i < onHands.Length; i++)
        {
            var before = Of(counts[i].Product);
            if (arriving.TryGetValue(counts[i].Product, out var announced)) announced.RemoveAll(count => count.Instant == instant);
            Put(instant.Entry, i, counts[i].Product, onHands[i], IsLatest(before, instant) ? instant : before.Counted, effects);
        }

        return true;
    }

    /// <summary>Takes the next version for an entry that stands in quarantine: an effect without product, so that its coverage is visible.</summary>
    public void Quarantine(EntryId entry, ICollection<StockEffect> effects) => effects.Add(new(++Version, 0, entry, null, 0, null));

    /// <summary>An independent fold at the same point.</summary>
    public StockFold Copy() => new(this);

    /// <summary>An independent fold at the same point, at which versions are missing before the next.</summary>
    public StockFold After(long version) => new(this) { Version = version };

    void Put(EntryId entry, int ordinal, ProductCode product, long onHand, EffectiveInstant? counted, ICollection<StockEffect> effects)
    {
        ProductStock? row = stock.TryGetValue(product, out var before) ? before : null;
        moved.TryAdd(product, row);
        stock[product] = new(onHand, Version, counted);
        effects.Add(new(Version, checked((short)ordinal), entry, product, onHand - before.OnHand, onHand, row?.Version));
    }

    void Note(ProductCode product, EffectiveInstant instant, long delta)
    {
        if (!arriving.TryGetValue(product, out var counts)) return;
        for (var i = 0; i < counts.Count; i++)
        {
            if (instant.CompareTo(counts[i].Instant) > 0) counts[i] = counts[i] with { MovedAfter = counts[i].MovedAfter + delta };
        }
    }

    Int128 MovedAfter(ProductCode product, EffectiveInstant instant)
    {
        if (arriving.TryGetValue(product, out var counts))
        {
            foreach (var count in counts)
            {
                if (count.Instant == instant) return count.MovedAfter;
            }
        }

        throw new InvalidOperationException($"The count {instant.Entry} of {product} was not announced.");
    }

    ProductStock Of(ProductCode product) => stock.GetValueOrDefault(product);

    static bool IsLatest(ProductStock row, EffectiveInstant instant) => !WasSeen(row, instant);

    /// <summary>Whether the product's latest count is after the instant.</summary>
    static bool WasSeen(ProductStock row, EffectiveInstant instant) => row.Counted is { } counted && counted.CompareTo(instant) > 0;

    static bool Fits(Int128 figure) => figure >= long.MinValue && figure <= long.MaxValue;

    static bool WouldOverflow(long onHand, long delta) => delta >= 0 ? onHand > long.MaxValue - delta : onHand < long.MinValue - delta;
}
