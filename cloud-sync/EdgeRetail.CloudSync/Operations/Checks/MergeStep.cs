namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What happened at one version of a store: an entry was merged, or was received into quarantine.</summary>
sealed record MergeStep(long Version, Guid EntryId, bool Merged, byte[] Bytes);
