namespace EdgeRetail.CloudSync.Operations;

/// <summary>A device of the store that is not connected, or has said that it holds entries which have not arrived (their count): the stock may lack them.</summary>
public sealed record DeviceNotHeardFrom(int DeviceId, string DeviceCode, bool Connected, DateTimeOffset? LastHeardAt, long OutboxCount);
