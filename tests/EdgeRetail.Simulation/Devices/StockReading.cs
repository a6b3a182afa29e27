using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;

namespace EdgeRetail.Simulation.Devices;

/// <summary>A reading of the store's stock that is under way, into a generation of its own.</summary>
sealed record StockReading(IncarnationId Incarnation, int Generation, StockSnapshot Snapshot);
