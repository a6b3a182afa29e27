namespace EdgeRetail.CloudSync.Operations.DayCloses;

/// <summary>What sales took by one way to pay, and what refunds and voids gave back by it.</summary>
public sealed record DayCloseTender(string Kind, MoneyValue Taken, MoneyValue Given);
