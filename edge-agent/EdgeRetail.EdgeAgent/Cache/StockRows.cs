using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// The cloud's stock rows after <paramref name="AfterKey"/> through <paramref name="LastKey"/> (empty: to the end), as of one
/// database snapshot whose feed stood at <paramref name="Head"/>. <paramref name="IsEqual"/>: the device's own rows are the same.
/// </summary>
public sealed record StockRows(StoreId Store, string AfterKey, string LastKey, FeedCursor Head, IReadOnlyList<SnapshotRow> Rows, long RowCountTotal, bool IsEqual)
{
    /// <summary>The store's own values of products in the same range.</summary>
    public IReadOnlyList<RegisterRow> Registers { get; init; } = [];
}
