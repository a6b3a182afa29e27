namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/refunds.</summary>
public sealed record RefundRequest(string Actor, IReadOnlyList<RefundLineRequest> Lines, string Reason, string Tender, Guid? CommandId = null);
