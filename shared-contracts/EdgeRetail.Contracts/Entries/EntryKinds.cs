namespace EdgeRetail.Contracts.Entries;

/// <summary>What all entries of a kind have in common.</summary>
public static class EntryKinds
{
    /// <summary>Whether only people and systems record this kind, through the cloud: its device is 0, its stream the store's.</summary>
    public static bool IsOfCloud(this EntryKind kind) =>
        kind is EntryKind.QuarantineVoided or EntryKind.QuarantineReplayed or EntryKind.QuarantineCorrected or EntryKind.ConflictResolved;
}
