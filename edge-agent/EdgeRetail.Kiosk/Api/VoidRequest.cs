namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/voids: the receipt of a sale of this kiosk that is taken back whole, and why.</summary>
public sealed record VoidRequest(string Actor, string Receipt, string Reason, string Approver = "", Guid? CommandId = null);
