namespace EdgeRetail.Simulation.Devices;

/// <summary>A product's row of the cache: its figure, and the version of the effect that made it so.</summary>
readonly record struct StockRow(long OnHand, long Version);
