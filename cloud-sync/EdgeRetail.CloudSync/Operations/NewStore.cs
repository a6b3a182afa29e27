namespace EdgeRetail.CloudSync.Operations;

/// <summary>A shop as an operator describes it. The business day ends at the cut-off, in the store's own time.</summary>
public sealed record NewStore(int StoreId, string Name, string Currency, string TimeZone, int DayCutOffMinutes);
