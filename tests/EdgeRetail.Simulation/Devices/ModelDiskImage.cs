namespace EdgeRetail.Simulation.Devices;

/// <summary>An image of a disk in memory.</summary>
sealed record ModelDiskImage(DiskState State) : DiskImage;
