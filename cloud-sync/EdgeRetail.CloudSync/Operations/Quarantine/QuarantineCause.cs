namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>How many entries of a store stand open in quarantine by one cause, and since when.</summary>
public sealed record QuarantineCause(string Code, int StoreId, string StoreName, long Open, DateTimeOffset OldestAt);
