namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// An edit of this kiosk and its outcome: pending, won, lost, undecided, waiting, superseded or quarantined. <see cref="Shown"/>
/// is what the store shows now; a null value is the catalogue's.
/// </summary>
public sealed record OwnEditView(
    long Position, Guid EntryId, DateTimeOffset RecordedAt, string Actor, string Product, string Display, string Field, string? Value, string Outcome, string? Shown, string? ShownBy, int? ShownDevice);
