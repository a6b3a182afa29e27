using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.Simulation.Devices;

/// <summary>An image of a disk in memory: the ledger, and the side file of how far it had come.</summary>
sealed record ModelDiskImage(DiskState State, HighWaterMark? HighWater) : DiskImage;
