namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What the states of the sync are told from.</summary>
public sealed record SyncFacts(
    SyncStatus Sync,
    long AcknowledgedThrough,
    long RewindsThrough,
    string StreamOpenedBecause,
    DateTimeOffset StreamOpenedAt,
    TimeSpan? ClockOffset,
    long QuarantinedCount,
    bool CoverageIsLate);
