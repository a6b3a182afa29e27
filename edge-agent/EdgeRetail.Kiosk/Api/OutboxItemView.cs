namespace EdgeRetail.Kiosk.Api;

/// <summary>An entry above what the cloud acknowledged.</summary>
public sealed record OutboxItemView(long Position, long Sequence, Guid EntryId, string Kind, int Bytes, DateTimeOffset RecordedAt);
