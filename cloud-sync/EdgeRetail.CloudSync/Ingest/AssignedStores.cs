using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>
/// The stores that a device was ever assigned to, by assignment version; the highest version is its present one. Of the
/// devices whose ledger it took over likewise, so that what they recorded is taken from it.
/// </summary>
public sealed class AssignedStores(int version, IReadOnlyDictionary<int, StoreId> byVersion)
{
    static readonly IReadOnlyDictionary<DeviceId, IReadOnlyDictionary<int, StoreId>> None = new Dictionary<DeviceId, IReadOnlyDictionary<int, StoreId>>();

    public int Version => version;

    public StoreId Present => byVersion[version];

    /// <summary>The assignments of the device's predecessors.</summary>
    public IReadOnlyDictionary<DeviceId, IReadOnlyDictionary<int, StoreId>> Predecessors { get; init; } = None;

    /// <summary>All of them, each once.</summary>
    public IEnumerable<StoreId> All => byVersion.Values.Concat(Predecessors.Values.SelectMany(assignments => assignments.Values)).Distinct();

    /// <summary>Whether the device, or the predecessor that recorded the entry, was assigned to the store under that assignment version.</summary>
    public bool Has(DeviceId recorder, StoreId store, int assignmentVersion) =>
        Predecessors.GetValueOrDefault(recorder, byVersion).TryGetValue(assignmentVersion, out var assigned) && assigned == store;

    /// <summary>The store that a batch is taken into: the one it names, or the present one where it names one never assigned.</summary>
    public StoreId StoreOf(uint named)
    {
        foreach (var store in All)
        {
            if ((uint)store.Value == named) return store;
        }

        return Present;
    }
}
