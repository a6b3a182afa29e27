using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.Simulation.Devices;

/// <summary>An image of a disk in memory: the ledger, the side file of how far it had come, and the release that ran over them.</summary>
sealed record ModelDiskImage(DiskState State, HighWaterMark? HighWater, int Release) : DiskImage;
