namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/waste. The quantity comes off the stock. The reason is one of expired, damaged, theft, own-use, other.</summary>
public sealed record WasteRequest(
    string Actor,
    string Product,
    long QuantityThousandths,
    string Reason,
    string Note = "",
    string? Unit = null,
    Guid? CommandId = null);
