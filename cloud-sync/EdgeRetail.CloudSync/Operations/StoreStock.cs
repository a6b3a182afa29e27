namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// Stock of a store as the cloud has merged it, at one version and moment. What devices have not sent yet is missing from it:
/// those that were not heard from, or said that they have something to send, are named.
/// </summary>
public sealed record StoreStock(
    int StoreId,
    string StoreName,
    DateTimeOffset AsOf,
    long Version,
    IReadOnlyList<DeviceNotHeardFrom> DevicesNotHeardFrom,
    IReadOnlyList<StockItem> Items,
    string? Next);
