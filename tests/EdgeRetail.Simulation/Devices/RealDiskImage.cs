namespace EdgeRetail.Simulation.Devices;

/// <summary>Copies of a data directory's files, and the release that ran over them.</summary>
sealed record RealDiskImage(string Directory, int Release) : DiskImage;
