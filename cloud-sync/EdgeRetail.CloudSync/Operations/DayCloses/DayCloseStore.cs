namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>How many closes of a store have gaps, wait for an answer or a key, and there are.</summary>
public sealed record DayCloseStore(int StoreId, long Gaps, long Waiting, long All);
