namespace EdgeRetail.CloudSync.Storage;

/// <summary>One commit of a store's feed: its last version and the feed hash there. Pages end at these.</summary>
public sealed class StoreCommitRow
{
    public required int StoreId { get; init; }

    public required long Version { get; init; }

    public required byte[] Hash { get; init; }

    public required int EffectCount { get; init; }

    public required long CommittedAtMs { get; init; }

    public required int DeviceId { get; init; }

    /// <summary>The stock checksum of the store's stock rows at <see cref="Version"/>.</summary>
    public required byte[] Checksum { get; init; }

    /// <summary>The latest effective time of the store's entries through <see cref="Version"/>, packed: it never falls from commit to commit.</summary>
    public required long LatestEffectiveTime { get; init; }
}
