using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a new device has to be told, once. Holds its secret.</summary>
public sealed record DeviceEnrolment(
    DeviceId Device,
    string DeviceCode,
    string Token,
    StreamId Stream,
    int ReceiptSeries,
    StoreId Store,
    int AssignmentVersion,
    string StoreName,
    string Currency,
    string TimeZone,
    int DayCutOffMinutes,
    long SettingsVersion);
