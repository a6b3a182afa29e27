namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What the journal of a store makes.</summary>
sealed record StoreComparisonResult(long Version, long Entries, long Effects, int Products);
