using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>The stores that a device was ever assigned to, by assignment version; the highest version is its present one.</summary>
public sealed class AssignedStores(int version, IReadOnlyDictionary<int, StoreId> byVersion)
{
    public int Version => version;

    public StoreId Present => byVersion[version];

    /// <summary>All of them, each once.</summary>
    public IEnumerable<StoreId> All => byVersion.Values.Distinct();

    /// <summary>Whether the device was assigned to the store under that assignment version.</summary>
    public bool Has(StoreId store, int assignmentVersion) => byVersion.TryGetValue(assignmentVersion, out var assigned) && assigned == store;

    /// <summary>The store that a batch is taken into: the one it names, or the present one where it names one never assigned.</summary>
    public StoreId StoreOf(uint named)
    {
        foreach (var store in byVersion.Values)
        {
            if ((uint)store.Value == named) return store;
        }

        return Present;
    }
}
