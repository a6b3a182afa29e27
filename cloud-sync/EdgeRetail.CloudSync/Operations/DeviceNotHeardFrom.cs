namespace EdgeRetail.CloudSync.Operations;

/// <summary>A device of the store that is not connected, or has entries which it has not sent: the stock may lack them.</summary>
public sealed record DeviceNotHeardFrom(int DeviceId, string DeviceCode, bool Connected, DateTimeOffset? LastHeardAt, long OutboxCount);
