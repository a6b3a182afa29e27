namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>The identity copy as it is written. It holds no secret.</summary>
sealed record IdentityDocument(
    string Format,
    int DeviceId,
    string DeviceCode,
    int StoreId,
    int AssignmentVersion,
    string StoreName,
    string Currency,
    string TimeZone,
    int DayCutOffMinutes,
    long SettingsVersion,
    string CloudAddress,
    Guid StreamId);
