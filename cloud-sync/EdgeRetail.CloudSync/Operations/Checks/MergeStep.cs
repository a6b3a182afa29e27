using EdgeRetail.CloudSync.Merge;

namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What happened at one version of a store: an entry was merged, or was received into quarantine.</summary>
/// <param name="PolicyVersion">Of a merged edit: the policies under which it was merged.</param>
/// <param name="Original">For a replay: the entry that says it was settled by this one.</param>
sealed record MergeStep(long Version, EffectiveInstant Instant, bool Merged, byte[] Bytes, Guid? Original, byte[]? OriginalBytes, int? PolicyVersion = null)
{
    public Guid EntryId => Instant.Entry.Value;
}
