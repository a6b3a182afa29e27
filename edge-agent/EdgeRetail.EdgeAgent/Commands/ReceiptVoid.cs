using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>That a sale was taken back: by which entry, when, by whom and why.</summary>
public sealed record ReceiptVoid(EntryId Entry, DateTimeOffset RecordedAt, string Actor, string Reason, string Approver);
