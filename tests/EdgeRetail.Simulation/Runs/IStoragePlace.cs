using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Where runs keep what they store, one after another.</summary>
interface IStoragePlace
{
    /// <summary>Empty, for the next run.</summary>
    /// <param name="series">Chance for the names of provisional receipt series.</param>
    IStorage Open(EventQueue queue, SimulationOptions options, SeededSecrets secrets, Chance series, IReadOnlyList<StoreId> stores);
}
