namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Answer of GET /api/v1/stock: a page in order of product code. <see cref="AsOf"/> is when the cache last took a change of
/// the store; what the device recorded since is in the figures, as pending.
/// </summary>
public sealed record StockResponse(int StoreId, DateTimeOffset? AsOf, long Version, IReadOnlyList<StockItemView> Items, string? Next);
