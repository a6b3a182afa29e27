using System.Collections.Immutable;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Checking;

/// <summary>What a store's feed amounts to at one feed hash.</summary>
sealed class StoreHistory
{
    readonly StoreBranch branch;

    /// <summary>Per product the latest count in effective time, and the movements after it.</summary>
    readonly ImmutableDictionary<ProductCode, Counted> products;

    StoreHistory(StoreBranch branch, ImmutableSortedDictionary<ProductCode, long> figures, ImmutableDictionary<ProductCode, Counted> products)
    {
        this.branch = branch;
        this.products = products;
        Version = branch.Tip;
        Figures = figures;
    }

    public static StoreHistory Start() => new(new(), ImmutableSortedDictionary<ProductCode, long>.Empty, ImmutableDictionary<ProductCode, Counted>.Empty);

    /// <summary>Each entry is one version.</summary>
    public long Version { get; }

    public ImmutableSortedDictionary<ProductCode, long> Figures { get; }

    public bool Has(EntryId entry) => branch.Has(entry, Version);

    /// <summary>The history after these entries, which count as having happened at these times of these devices.</summary>
    public StoreHistory After(IReadOnlyCollection<RecordedTruth> entries, IReadOnlyDictionary<EntryId, (long Time, int Device)> times)
    {
        var next = branch.Tip == Version ? branch : branch.From(Version);
        var figures = Figures.ToBuilder();
        var after = products.ToBuilder();
        foreach (var entry in entries)
        {
            next.Add(entry.Recorded.Id);
            if (entry.IsPoison) continue;
            var (time, device) = times[entry.Recorded.Id];
            var at = (time, device, entry.Recorded.Id);
            foreach (var (product, delta) in entry.Movements)
            {
                var known = after.GetValueOrDefault(product, Counted.Never);
                if (known.At.CompareTo(at) < 0) after[product] = known with { Moved = known.Moved.Add((at, delta)) };
            }

            foreach (var (product, counted) in entry.Counts)
            {
                var known = after.GetValueOrDefault(product, Counted.Never);
                if (known.At.CompareTo(at) < 0) after[product] = new(at, counted, known.Moved.RemoveAll(movement => movement.At.CompareTo(at) < 0));
            }

            foreach (var product in entry.Movements.Keys.Concat(entry.Counts.Keys))
            {
                var known = after.GetValueOrDefault(product, Counted.Never);
                figures[product] = known.Quantity + known.Moved.Sum(movement => movement.Delta);
            }
        }

        return new(next, figures.ToImmutable(), after.ToImmutable());
    }

    sealed record Counted((long Time, int Device, EntryId Entry) At, long Quantity, ImmutableList<((long Time, int Device, EntryId Entry) At, long Delta)> Moved)
    {
        public static readonly Counted Never = new((long.MinValue, 0, default), 0, []);
    }
}
