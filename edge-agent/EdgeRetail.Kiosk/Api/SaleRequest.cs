namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Body of POST /api/v1/sales. The same <see cref="CommandId"/> gives the same receipt, however often it is sent; without
/// one every request is a sale of its own. Either <see cref="Tender"/> pays all of it or <see cref="Tenders"/> say what was handed over.
/// </summary>
public sealed record SaleRequest(
    string Actor, IReadOnlyList<SaleLineRequest> Lines, string? Tender = null, Guid? CommandId = null, IReadOnlyList<TenderRequest>? Tenders = null, string Approver = "");
