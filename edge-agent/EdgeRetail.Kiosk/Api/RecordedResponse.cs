namespace EdgeRetail.Kiosk.Api;

/// <summary>The command stands in the ledger, committed. <see cref="Replayed"/>: it stood there already.</summary>
public sealed record RecordedResponse(Guid EntryId, long Position, string? Receipt, bool Replayed, ReceiptView? ReceiptView);
