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
}
