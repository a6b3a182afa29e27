namespace EdgeRetail.Kiosk.Api;

/// <summary>An own entry that the cloud's figure does not contain yet, and what it adds; counted is what it says was there, where it is a count.</summary>
public sealed record PendingEntryView(long Position, Guid EntryId, string Kind, DateTimeOffset RecordedAt, long AdjustmentThousandths, long? CountedThousandths);
