using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>Stock figures of one store, with when the cloud's part of them was last brought up to date.</summary>
public sealed record StockReading(StoreId Store, DateTimeOffset? AsOf, long FeedVersion, IReadOnlyList<StockFigure> Figures, ProductCode? Next);
