using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>An edit of this device and what became of it. <paramref name="Shown"/> is what the store shows now, by whom and where; a null value is the catalogue's.</summary>
public sealed record OwnEdit(
    long Position, EntryId Entry, DateTimeOffset RecordedAt, string Actor, ProductCode Product, ProductField Field, string? Value, EditOutcome Outcome, string? Shown, string ShownBy, DeviceId? ShownDevice);
