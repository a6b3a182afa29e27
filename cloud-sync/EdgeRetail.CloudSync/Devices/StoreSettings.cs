using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a device is told of the store that it is assigned to.</summary>
public sealed record StoreSettings(StoreId Store, int AssignmentVersion, string Name, string Currency, string TimeZone, int DayCutOffMinutes, long Version);
