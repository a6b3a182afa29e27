using EdgeRetail.EdgeAgent.Ledger;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>How a call ended: a stable code, words for people, and what comes next.</summary>
public sealed record SyncEnd(string Code, string Message, SyncRetry Retry, TimeSpan RetryAfter)
{
    /// <summary>Whether something moved in the session, or it held for long: the failures before it are over.</summary>
    public bool WasHealthy { get; init; }

    /// <summary>Why the next Hello asks for a new stream; null where it does not.</summary>
    public ForkReason? Fork { get; init; }

    /// <summary>Whether the session was up when it ended.</summary>
    public bool WasConnected { get; init; }
}
