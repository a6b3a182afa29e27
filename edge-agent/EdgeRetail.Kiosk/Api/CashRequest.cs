namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/cash. The movement is one of float, in, out, drop; the amount is in the device's currency.</summary>
public sealed record CashRequest(string Actor, string Movement, long AmountMinor, string Note = "", Guid? CommandId = null);
