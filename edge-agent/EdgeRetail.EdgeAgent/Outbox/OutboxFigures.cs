namespace EdgeRetail.EdgeAgent.Outbox;

/// <summary>How many entries the cloud has not acknowledged, and when the oldest of them was recorded.</summary>
public sealed record OutboxFigures(long Count, DateTimeOffset? OldestAt);
