namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>The edit that knew both and so settled the conflict; a null value takes the store's own away. Without a reason where nobody resolved it.</summary>
public sealed record ConflictSettlement(Guid EntryId, string? Value, string Actor, string? Reason, DateTimeOffset At);
