namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Body of POST /api/v1/sales. The same <see cref="CommandId"/> gives the same receipt, however often it is sent; without
/// one every request is a sale of its own.
/// </summary>
public sealed record SaleRequest(string Actor, IReadOnlyList<SaleLineRequest> Lines, string Tender, Guid? CommandId = null);
