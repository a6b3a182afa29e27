using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What recording a cloud entry needs of its store, read under the lock of the store head.</summary>
sealed class CloudStanding
{
    public required long StoreVersion { get; init; }

    public required FeedHash StoreHash { get; init; }

    public required StockChecksum StoreChecksum { get; init; }

    /// <summary>The latest effective time of the store's entries.</summary>
    public required HybridTimestamp StoreLatestEffectiveTime { get; init; }

    public required long NowMs { get; init; }

    public required string TimeZone { get; init; }

    public required int DayCutOffMinutes { get; init; }

    /// <summary>The store's stream in this incarnation; null before the first cloud entry in it.</summary>
    public required StreamId? Stream { get; init; }

    public required long AppliedThrough { get; init; }

    public required ChainHash? AppliedChain { get; init; }

    /// <summary>Of the store's last cloud entry in any incarnation.</summary>
    public required HybridTimestamp LastEffectiveTime { get; init; }

    /// <summary>Of what was asked for, what the store's journal has.</summary>
    public required IReadOnlyDictionary<EntryId, QuarantinedEntry> Originals { get; init; }
}
