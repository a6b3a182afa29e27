using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Devices;

/// <summary>Which rows of the cache belong together: those of one generation and store.</summary>
readonly record struct StockPart(int Generation, StoreId Store) : IComparable<StockPart>
{
    public int CompareTo(StockPart other) => (Generation, Store.Value).CompareTo((other.Generation, other.Store.Value));
}
