namespace EdgeRetail.Kiosk.Api;

/// <summary>Body of POST /api/v1/adjustments. The reason is one of found, lost, damaged, correction, other.</summary>
public sealed record AdjustmentRequest(
    string Actor,
    string Product,
    long DeltaThousandths,
    string Reason,
    string Note = "",
    string? Unit = null,
    Guid? CommandId = null);
