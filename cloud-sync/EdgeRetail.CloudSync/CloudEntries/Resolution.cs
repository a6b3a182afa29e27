namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What a person or head office decided about a field of a product in a store: by which cloud entry, whose, when and why. A null value: the catalogue's.</summary>
public sealed record Resolution(
    Guid? ConflictId, int StoreId, string Product, string Field, string? Value, Guid EntryId, long Version, int PolicyVersion, string Actor, string Reason, DateTimeOffset At);
