namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// The stream of a store's cloud entries: those of operators and systems. A store has one for each incarnation of the database in
/// which any was recorded; only the present incarnation's is written, under the store head's lock.
/// </summary>
public sealed class StoreStreamRow
{
    public required int StoreId { get; init; }

    public required Guid StreamId { get; init; }

    public required Guid IncarnationId { get; init; }

    public long AppliedThrough { get; set; }

    public required byte[] AppliedChain { get; set; }

    /// <summary>Committed through here, and safe against the worst restore of this deployment.</summary>
    public long DurableThrough { get; set; }

    /// <summary>Of the last entry, a packed hybrid timestamp: it rises strictly within the store.</summary>
    public required long LastEffectiveTime { get; set; }

    public required long OpenedAtMs { get; init; }
}
