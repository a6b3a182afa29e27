namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>The enrolment file as it is written; any member may be missing.</summary>
sealed record EnrolmentDocument(
    string? Format,
    string? CloudAddress,
    int DeviceId,
    string? DeviceCode,
    string? Token,
    string? StreamId,
    string? ReceiptSeries,
    int StoreId,
    int AssignmentVersion,
    string? StoreName,
    string? Currency,
    string? TimeZone,
    int DayCutOffMinutes,
    long SettingsVersion,
    int? PredecessorId);
