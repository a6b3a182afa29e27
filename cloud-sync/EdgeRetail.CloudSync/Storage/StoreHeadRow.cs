namespace EdgeRetail.CloudSync.Storage;

/// <summary>The row whose version numbers a store's feed. Whoever holds its lock is the store's one writer.</summary>
public sealed class StoreHeadRow
{
    public required int StoreId { get; init; }

    public long Version { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>The stock checksum of the store's stock rows at <see cref="Version"/>.</summary>
    public required byte[] Checksum { get; set; }

    /// <summary>The latest effective time of the store's entries, packed; 0 where it has none.</summary>
    public long LatestEffectiveTime { get; set; }

    /// <summary>How many answers to closes were given: it numbers them, and tells sessions to look.</summary>
    public long Answers { get; set; }
}
