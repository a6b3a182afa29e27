namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/counts: what was there. <see cref="Sheet"/> is the sheet that the count belongs to.</summary>
public sealed record CountRequest(string Actor, IReadOnlyList<StockLineRequest> Lines, Guid? Sheet = null, Guid? CommandId = null);
