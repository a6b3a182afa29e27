using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>A ledger that can be sold with, and what had to be done for it.</summary>
sealed record OpenedLedger(Database Database, DeviceStateStore States, HighWaterFile HighWater, SalvageReport? Salvaged, IReadOnlyList<string> Notes);
