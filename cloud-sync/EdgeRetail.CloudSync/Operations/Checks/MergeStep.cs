using EdgeRetail.CloudSync.Merge;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What happened at one version of a store: an entry was merged, or was received into quarantine.</summary>
sealed record MergeStep(long Version, EffectiveInstant Instant, bool Merged, byte[] Bytes)
{
    public Guid EntryId => Instant.Entry.Value;
}
