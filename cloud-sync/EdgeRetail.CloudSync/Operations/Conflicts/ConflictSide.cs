namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>One of the two edits of a conflict: what it says (null: the catalogue's value), who made it where, and when by a corrected clock.</summary>
public sealed record ConflictSide(Guid EntryId, string? Value, string Actor, int DeviceId, string? DeviceCode, DateTimeOffset At, string TimeSource, bool Won);
