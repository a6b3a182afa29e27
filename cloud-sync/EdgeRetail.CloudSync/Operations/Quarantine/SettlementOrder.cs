namespace EdgeRetail.CloudSync.Operations.Quarantine;

/// <summary>Who voids or replays, and why. A replay needs no reason.</summary>
public sealed record SettlementOrder(string Actor, string? Reason = null);
