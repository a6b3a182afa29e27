using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>
/// What a product's figure on this device is made of: what the cloud last said, and each own entry that is not in that yet, in
/// the order in which they were recorded. The entries that are told are the first of <paramref name="PendingCount"/>.
/// </summary>
public sealed record StockExplanation(StoreId Store, DateTimeOffset? AsOf, long FeedVersion, StockFigure Figure, IReadOnlyList<PendingEntry> Pending, long PendingCount);
