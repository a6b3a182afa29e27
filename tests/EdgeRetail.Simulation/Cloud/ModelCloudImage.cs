namespace EdgeRetail.Simulation.Cloud;

/// <summary>A backup of the database in memory.</summary>
sealed record ModelCloudImage(CloudState State) : CloudImage;
