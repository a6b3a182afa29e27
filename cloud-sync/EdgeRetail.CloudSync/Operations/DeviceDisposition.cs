namespace EdgeRetail.CloudSync.Operations;

/// <summary>An entry of the device that was quarantined, or whose sequence was consumed without a journal row of its own.</summary>
public sealed record DeviceDisposition(Guid StreamId, long Sequence, Guid EntryId, string Disposition, string? Code, string? Detail);
