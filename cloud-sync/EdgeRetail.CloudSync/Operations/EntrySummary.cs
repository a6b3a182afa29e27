namespace EdgeRetail.CloudSync.Operations;

/// <summary>An entry in a list.</summary>
public sealed record EntrySummary(Guid EntryId, int StoreId, string? DeviceCode, string Kind, DateTimeOffset ReceivedAt, long Version, string? QuarantineCode);
