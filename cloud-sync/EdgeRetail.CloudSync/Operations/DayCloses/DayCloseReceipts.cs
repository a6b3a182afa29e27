namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>The lowest and the highest number of a series, and how many receipts there are.</summary>
public sealed record DayCloseReceipts(string DeviceCode, string Series, int First, int Last, long Count);
