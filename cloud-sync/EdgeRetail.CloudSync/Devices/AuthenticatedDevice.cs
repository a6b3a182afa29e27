using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>The device whose token a call carries.</summary>
public sealed record AuthenticatedDevice(DeviceId Device, string DeviceCode, string State, long SessionNumber);
