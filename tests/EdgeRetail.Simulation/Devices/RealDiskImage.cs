namespace EdgeRetail.Simulation.Devices;

/// <summary>Copies of a data directory's files.</summary>
sealed record RealDiskImage(string Directory) : DiskImage;
