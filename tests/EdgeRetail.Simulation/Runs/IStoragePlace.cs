using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Where runs keep what they store, one after another.</summary>
interface IStoragePlace
{
    /// <summary>Empty, for the next run.</summary>
    IStorage Open(EventQueue queue, SimulationOptions options, SeededSecrets secrets, IReadOnlyList<StoreId> stores);
}
