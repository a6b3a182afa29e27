namespace EdgeRetail.Simulation.Devices;

/// <summary>An image of a machine's disk, and where the cache on it had been read through.</summary>
sealed record MachineImage(DiskImage Disk, long? SettledAt);
