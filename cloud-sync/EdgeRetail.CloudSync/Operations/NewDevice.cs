namespace EdgeRetail.CloudSync.Operations;

/// <summary>A device as an operator describes it: its store, the code that stands on its receipts, and where it finds the cloud.</summary>
public sealed record NewDevice(int StoreId, string DeviceCode, string CloudAddress);
