namespace EdgeRetail.CloudSync.Operations;

/// <summary>Why an entry is kept but not merged.</summary>
public sealed record EntryQuarantine(string Code, string? Detail);
