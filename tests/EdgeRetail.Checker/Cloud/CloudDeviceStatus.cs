namespace EdgeRetail.Checker.Cloud;

/// <summary>A row of <c>device_status</c>: what the operators' page tells of the device.</summary>
sealed record CloudDeviceStatus(
    long SessionNumber, bool Connected, long? ReportedAtMilliseconds, long? LastHeardAtMilliseconds, long? LastSequence, long? OutboxCount, long? PendingCount, long? StoreCursor, long? CatalogueCursor);
