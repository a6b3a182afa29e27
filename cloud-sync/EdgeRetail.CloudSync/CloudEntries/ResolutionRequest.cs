namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>Who resolves a conflict, to what and why.</summary>
public sealed record ResolutionRequest(string Actor, string Reason, ResolutionChoice Choice)
{
    /// <summary>How the conflict stood when whoever resolves it looked; null where they do not say.</summary>
    public string? Tag { get; init; }

    /// <summary>Keeps the answer under the client's key, in the same transaction; null where the client gave none.</summary>
    public IdempotencyKey? Key { get; init; }
}
