namespace EdgeRetail.CloudSync.Operations;

/// <summary>A store that the device was assigned to, from then on.</summary>
public sealed record DeviceAssignment(int AssignmentVersion, int StoreId, string? StoreName, DateTimeOffset AssignedAt);
