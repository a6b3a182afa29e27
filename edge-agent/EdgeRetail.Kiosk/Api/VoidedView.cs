namespace EdgeRetail.Kiosk.Api;

/// <summary>That a sale was taken back, by which entry, when, by whom and why.</summary>
public sealed record VoidedView(Guid EntryId, DateTimeOffset RecordedAt, string Actor, string Reason, string? Approver);
