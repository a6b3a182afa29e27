namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/goods-received.</summary>
public sealed record GoodsReceivedRequest(string Actor, string Reference, IReadOnlyList<StockLineRequest> Lines, Guid? CommandId = null);
