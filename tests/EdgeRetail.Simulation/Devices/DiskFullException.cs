namespace EdgeRetail.Simulation.Devices;

/// <summary>A write was refused because the disk is full.</summary>
sealed class DiskFullException : Exception;
