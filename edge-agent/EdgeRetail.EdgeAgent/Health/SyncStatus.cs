namespace EdgeRetail.EdgeAgent.Health;

/// <summary>How the session stands and what last went wrong; contact and error outlive a restart.</summary>
public sealed record SyncStatus(
    SyncState State,
    DateTimeOffset? LastContactAt,
    string? LastErrorCode,
    string? LastErrorMessage,
    DateTimeOffset? LastErrorAt,
    DateTimeOffset? NextAttemptAt)
{
    /// <summary>Set while the stock is read anew.</summary>
    public ResyncProgress? Resync { get; init; }

    public static readonly SyncStatus None = new(SyncState.Stopped, null, null, null, null, null);

    /// <summary>Whether both feeds are applied as far as they stood when the session was opened; false without a session.</summary>
    public bool IsUpToDate { get; init; }
}
