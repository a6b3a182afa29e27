using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>Everything that deciding about a batch needs, read under the locks of device and store head.</summary>
sealed class StoreStanding
{
    public required string DeviceState { get; init; }

    public required long SessionNumber { get; init; }

    public required StreamId Stream { get; init; }

    public required int AssignmentVersion { get; init; }

    public required HybridTimestamp LastEffectiveTime { get; init; }

    public required long AppliedThrough { get; init; }

    public required ChainHash AppliedChain { get; init; }

    public required long DurableThrough { get; init; }

    public required long StoreVersion { get; init; }

    public required FeedHash StoreHash { get; init; }

    /// <summary>Of all stock rows of the store.</summary>
    public required StockChecksum StoreChecksum { get; init; }

    /// <summary>The latest effective time of the store's entries.</summary>
    public required HybridTimestamp StoreLatestEffectiveTime { get; init; }

    public required long ReceivedAtMs { get; init; }

    /// <summary>Journal rows under the ids of the batch's entries.</summary>
    public required Dictionary<EntryId, KnownEntry> Known { get; init; }

    /// <summary>What was agreed about the device's wall clock, by boot, for the boots of the batch's entries.</summary>
    public required Dictionary<ulong, long> ClockOffsets { get; init; }

    /// <summary>What judging exceptions needs of what was merged before.</summary>
    public ExceptionStanding Exceptions { get; init; } = new();

    /// <summary>Stock of the products that the batch moves.</summary>
    public required Dictionary<ProductCode, ProductStock> Stock { get; init; }
}
