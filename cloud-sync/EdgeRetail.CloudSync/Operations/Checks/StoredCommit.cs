namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>A row of the store_commit table.</summary>
sealed record StoredCommit(long Version, byte[] Hash, int EffectCount, byte[] Checksum, long LatestEffectiveTime);
