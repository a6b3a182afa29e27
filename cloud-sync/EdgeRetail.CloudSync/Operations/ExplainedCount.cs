namespace EdgeRetail.CloudSync.Operations;

/// <summary>The latest count in effective time: what it says was there, when, on which device, and the store version at which it arrived.</summary>
public sealed record ExplainedCount(Guid EntryId, int DeviceId, string? DeviceCode, DateTimeOffset CountedAt, long ArrivedAtVersion, decimal Counted);
