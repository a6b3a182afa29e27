using System.Collections.Immutable;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Checking;

/// <summary>What a store's feed amounts to at one feed hash.</summary>
sealed class StoreHistory
{
    readonly StoreBranch branch;

    StoreHistory(StoreBranch branch, ImmutableSortedDictionary<ProductCode, long> figures)
    {
        this.branch = branch;
        Version = branch.Tip;
        Figures = figures;
    }

    public static StoreHistory Start() => new(new(), ImmutableSortedDictionary<ProductCode, long>.Empty);

    /// <summary>Each entry is one version.</summary>
    public long Version { get; }

    public ImmutableSortedDictionary<ProductCode, long> Figures { get; }

    public bool Has(EntryId entry) => branch.Has(entry, Version);

    /// <summary>The history after these entries.</summary>
    public StoreHistory After(IReadOnlyCollection<RecordedTruth> entries)
    {
        var next = branch.Tip == Version ? branch : branch.From(Version);
        var figures = Figures.ToBuilder();
        foreach (var entry in entries)
        {
            next.Add(entry.Recorded.Id);
            if (entry.IsPoison) continue;
            foreach (var (product, delta) in entry.Movements) figures[product] = figures.GetValueOrDefault(product) + delta;
        }

        return new(next, figures.ToImmutable());
    }
}
