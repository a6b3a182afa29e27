using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.DayCloses;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>The effects of one store after <paramref name="FromVersion"/> through <paramref name="ToVersion"/>, in version order; <paramref name="Hash"/> is the feed's hash at the end.</summary>
public sealed record StorePage(StoreId Store, long FromVersion, long ToVersion, FeedHash Hash, IReadOnlyList<EffectRow> Rows, OwnMarker? Marker)
{
    /// <summary>Of all stock rows of the store at the page's end, as the cloud has them; null from a cloud that does not say.</summary>
    public StockChecksum? Checksum { get; init; }

    /// <summary>What became of entries in quarantine by these effects.</summary>
    public IReadOnlyList<SettlementRow> Settlements { get; init; } = [];

    /// <summary>What the cloud said to closes.</summary>
    public IReadOnlyList<DayCloseAnswerRow> Answers { get; init; } = [];

    /// <summary>The store's own values of products whose latest version is of this page.</summary>
    public IReadOnlyList<RegisterRow> Registers { get; init; } = [];
}
