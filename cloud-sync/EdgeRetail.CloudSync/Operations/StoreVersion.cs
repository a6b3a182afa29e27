namespace EdgeRetail.CloudSync.Operations;

/// <summary>A store and how many merge steps its feed has.</summary>
public sealed record StoreVersion(int StoreId, string Name, long Version, DateTimeOffset? LastCommitAt, int Devices, int DevicesConnected, long OutboxReported);
