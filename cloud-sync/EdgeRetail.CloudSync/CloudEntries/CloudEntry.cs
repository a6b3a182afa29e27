using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>A cloud entry with its place: sequence in the store's stream, version and effective time in the store; and what it settles or edits.</summary>
sealed record CloudEntry(EncodedEntry Encoded, Entry Entry, long Sequence, long Version, EffectiveTime EffectiveTime)
{
    /// <summary>What stood in quarantine and does no more; null for an edit.</summary>
    public EntryId? Settles { get; init; }

    public SettlementKind? Settlement { get; init; }

    /// <summary>Of an edit: the version of the policies under which it was merged.</summary>
    public int? PolicyVersion { get; init; }
}
