namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>Who settles what stands in quarantine, and why.</summary>
public sealed record SettlementRequest(string Actor, string Reason)
{
    /// <summary>Keeps the answer under the client's key, in the same transaction; null where the client gave none.</summary>
    public IdempotencyKey? Key { get; init; }
}
