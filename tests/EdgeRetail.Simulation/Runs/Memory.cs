using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Memory as the place of runs.</summary>
sealed class Memory : IStoragePlace
{
    public static readonly Memory Instance = new();

    public IStorage Open(EventQueue queue, SimulationOptions options, SeededSecrets secrets, Chance series, IReadOnlyList<StoreId> stores) =>
        new ModelStorage(options, series, new(queue, options, secrets, stores));
}
