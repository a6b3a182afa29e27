namespace EdgeRetail.CloudSync.Operations;

/// <summary>One lineage of the device's ledger and how far it has arrived.</summary>
public sealed record DeviceStream(Guid StreamId, bool Current, long AppliedThrough, string AppliedChain, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt);
