using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Checking;

/// <summary>
/// The entries of a store's feed along one line of its histories, and the version that each came at. A history is a point on
/// it; one that goes on elsewhere than at the tip begins a branch of its own.
/// </summary>
sealed class StoreBranch
{
    readonly Dictionary<EntryId, long> versions = [];

    public long Tip { get; private set; }

    public bool Has(EntryId entry, long through) => versions.TryGetValue(entry, out var version) && version <= through;

    public void Add(EntryId entry) => versions.Add(entry, ++Tip);

    /// <summary>The same line as far as this version.</summary>
    public StoreBranch From(long version)
    {
        var branch = new StoreBranch { Tip = version };
        foreach (var (entry, at) in versions)
        {
            if (at <= version) branch.versions.Add(entry, at);
        }

        return branch;
    }
}
