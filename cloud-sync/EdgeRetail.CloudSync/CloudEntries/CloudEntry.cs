using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>A cloud entry with its place: sequence in the store's stream, version and effective time in the store; and what it settles.</summary>
sealed record CloudEntry(EncodedEntry Encoded, Entry Entry, long Sequence, long Version, EffectiveTime EffectiveTime)
{
    public required EntryId Settles { get; init; }

    public required SettlementKind Settlement { get; init; }
}
