using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.Simulation.Devices;

/// <summary>An agreed clock offset, and when it was agreed.</summary>
readonly record struct KeptOffset(ClockOffset Offset, long AgreedAtMs);
