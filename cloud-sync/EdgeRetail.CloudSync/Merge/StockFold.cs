using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// One store's stock as its journal is folded into it: each step takes the next version, and movements add, so the final
/// stock is the same for every arrival order. Ingest starts it from the stock rows of a batch's products, a rebuild from
/// nothing; both get equal effects.
/// </summary>
public sealed class StockFold
{
    readonly Dictionary<ProductCode, ProductStock> stock;

    /// <summary>Rows as <see cref="summed"/> has them, of products that were moved since; null where there was none.</summary>
    readonly Dictionary<ProductCode, ProductStock?> moved = [];
    StockChecksum summed;

    /// <param name="version">The store version that <paramref name="known"/> stands at.</param>
    /// <param name="known">The stock rows of products that will be moved; those not named have none.</param>
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

    /// <summary>
    /// Takes the next version for the entry and adds one effect per product, or one without product where it moves none.
    /// False, and nothing changed, where a product's on hand would leave 64 bits.
    /// </summary>
    public bool TryMerge(EntryId entry, IReadOnlyList<StockMovement> movements, ICollection<StockEffect> effects)
    {
        foreach (var movement in movements)
        {
            if (WouldOverflow(OnHand(movement.Product), movement.DeltaThousandths)) return false;
        }

        Version++;
        if (movements.Count == 0) effects.Add(new(Version, 0, entry, null, 0, null));
        for (var ordinal = 0; ordinal < movements.Count; ordinal++)
        {
            var (product, delta) = movements[ordinal];
            var onHand = OnHand(product) + delta;
            moved.TryAdd(product, stock.TryGetValue(product, out var before) ? before : null);
            stock[product] = new(onHand, Version);
            effects.Add(new(Version, checked((short)ordinal), entry, product, delta, onHand));
        }

        return true;
    }

    /// <summary>Takes the next version for an entry that stands in quarantine: an effect without product, so that its coverage is visible.</summary>
    public void Quarantine(EntryId entry, ICollection<StockEffect> effects) => effects.Add(new(++Version, 0, entry, null, 0, null));

    /// <summary>An independent fold at the same point.</summary>
    public StockFold Copy() => new(this);

    long OnHand(ProductCode product) => stock.TryGetValue(product, out var found) ? found.OnHand : 0;

    static bool WouldOverflow(long onHand, long delta) => delta >= 0 ? onHand > long.MaxValue - delta : onHand < long.MinValue - delta;
}
