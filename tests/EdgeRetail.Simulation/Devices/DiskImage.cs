namespace EdgeRetail.Simulation.Devices;

/// <summary>A copy of a disk; what it holds is the disk's own business.</summary>
abstract record DiskImage;
