namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>Who replays all of a cause, of one store or of all.</summary>
public sealed record ReplayOrder(string Code, string Actor, string? Reason = null, int? StoreId = null);
