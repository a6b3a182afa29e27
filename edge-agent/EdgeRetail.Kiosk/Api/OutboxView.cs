namespace EdgeRetail.Kiosk.Api;

/// <summary>What the cloud has not acknowledged yet.</summary>
public sealed record OutboxView(long Count, DateTimeOffset? OldestAt, long LastSequence, long AcknowledgedThrough, long DurableThrough);
