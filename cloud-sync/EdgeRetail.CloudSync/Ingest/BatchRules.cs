using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>What is decided about a part of a batch before it is merged, without I/O: in this order the device, its session, its stream, the gap, the overlap and the chain.</summary>
static class BatchRules
{
    /// <summary>The checks that need no entry; null where the part passes them.</summary>
    /// <param name="token">What the part's token is, read for the stream that the part names.</param>
    public static BatchOutcome? Refusal(BatchPart part, StoreStanding standing, SessionTokenReading token)
    {
        if (standing.DeviceState != DeviceState.Active) return new BatchOutcome.DeviceInactive(standing.DeviceState);
        if (token is not SessionTokenReading.Authentic { SessionNumber: var session } || session != standing.SessionNumber) return new BatchOutcome.SessionFenced();
        if (part.Stream != standing.Stream) return new BatchOutcome.StreamClosed();
        if (standing.AssignmentVersion != part.AssignmentVersion) return new BatchOutcome.AssignmentMoved();
        return part.FirstSequence > standing.AppliedThrough + 1 ? new BatchOutcome.SequenceGap(standing.AppliedThrough, standing.AppliedChain) : null;
    }

    /// <summary>How many of the part's entries have sequences that were applied before.</summary>
    public static int Overlap(BatchPart part, StoreStanding standing) =>
        (int)Math.Clamp(standing.AppliedThrough - part.FirstSequence + 1, 0, part.Entries.Count);

    /// <summary>Whether the journal rows that are known, or the sequences consumed elsewhere, show that the entry was applied at its sequence.</summary>
    public static bool IsAccountedFor(ArrivedEntry entry, StoreStanding standing, IReadOnlyDictionary<long, ConsumedSequence> sequences) =>
        Applied(entry, standing) is not null || sequences.ContainsKey(entry.Sequence);

    /// <summary>The first sequence that was applied with other bytes; null where all are equal, and then <paramref name="outcomes"/> gets what became of them.</summary>
    public static long? OverlapMismatch(
        ArraySegment<ArrivedEntry> overlap, StoreStanding standing, IReadOnlyDictionary<long, ConsumedSequence> sequences, List<EntryOutcome> outcomes)
    {
        foreach (var entry in overlap)
        {
            if (sequences.TryGetValue(entry.Sequence, out var elsewhere) && elsewhere.Hash == entry.Hash)
            {
                var code = standing.Known.GetValueOrDefault(elsewhere.Entry)?.QuarantineCode ?? (elsewhere.IdConflict ? StoreMerge.IdConflictCode : null);
                outcomes.Add(code is null ? new EntryOutcome.Duplicate(entry.Sequence) : new EntryOutcome.Quarantined(entry.Sequence, code));
            }
            else if (Applied(entry, standing) is { } applied)
            {
                outcomes.Add(applied.QuarantineCode is { } code ? new EntryOutcome.Quarantined(entry.Sequence, code) : new EntryOutcome.Duplicate(entry.Sequence));
            }
            else
            {
                return entry.Sequence;
            }
        }

        return null;
    }

    /// <summary>Whether the part continues the stream's chain where the stream ends.</summary>
    public static bool ContinuesChain(BatchPart part, StoreStanding standing) =>
        part.LastSequence < standing.AppliedThrough || part.ChainAt(standing.AppliedThrough) == standing.AppliedChain;

    /// <summary>The ids that the entries stand under where their own is taken by other bytes.</summary>
    public static List<EntryId> Fallbacks(ArraySegment<ArrivedEntry> entries, StoreStanding standing) =>
        [.. entries.Where(entry => standing.Known.TryGetValue(entry.Id, out var known) && known.Hash != entry.Hash).Select(entry => entry.FallbackId)];

    static KnownEntry? Applied(ArrivedEntry entry, StoreStanding standing) => AppliedAs(entry, entry.Id, standing) ?? AppliedAs(entry, entry.FallbackId, standing);

    static KnownEntry? AppliedAs(ArrivedEntry entry, EntryId id, StoreStanding standing) =>
        standing.Known.TryGetValue(id, out var known) && known.Stream == standing.Stream && known.Sequence == entry.Sequence && known.Hash == entry.Hash ? known : null;
}
