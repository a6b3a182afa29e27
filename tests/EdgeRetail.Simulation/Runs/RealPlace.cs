using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>One database and one folder, for one run after another.</summary>
sealed class RealPlace(RealServices services, string home) : IStoragePlace, IDisposable
{
    public IStorage Open(EventQueue queue, SimulationOptions options, SeededSecrets secrets, Chance series, IReadOnlyList<StoreId> stores)
    {
        if (options.Without != ProtocolRule.None) throw new NotSupportedException("Rules are taken out of the model alone: the product keeps them all.");
        return new RealStorage(new(services, queue, secrets, stores), series, home);
    }

    public void Dispose() => services.Dispose();
}
