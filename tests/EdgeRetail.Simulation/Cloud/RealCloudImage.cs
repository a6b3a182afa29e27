namespace EdgeRetail.Simulation.Cloud;

/// <summary>The rows of all tables at one moment, and the newest mark of what is durable that was taken by then.</summary>
sealed record RealCloudImage(IReadOnlyList<byte[]> Tables, long MarkId) : CloudImage;
