namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/stock-opened.</summary>
public sealed record StockOpenedRequest(string Actor, IReadOnlyList<StockLineRequest> Lines, Guid? CommandId = null);
