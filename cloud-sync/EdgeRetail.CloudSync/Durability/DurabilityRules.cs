using NpgsqlTypes;

namespace EdgeRetail.CloudSync.Durability;

/// <summary>When a mark may be published. Without I/O.</summary>
public static class DurabilityRules
{
    const int SegmentNameLength = 24;
    const int TimelineLength = 8;

    /// <summary>The newest mark whose condition holds; null where none does. What holds for a mark holds for those before it.</summary>
    public static WaitingMark? Newest(DurabilityMode mode, IEnumerable<WaitingMark> waiting, DurabilityFacts facts) =>
        waiting.Where(mark => Holds(mode, mark, facts)).MaxBy(mark => mark.MarkId);

    /// <summary>Whether something waits for a segment that a quiet server would never fill.</summary>
    public static bool WaitsForSwitch(DurabilityMode mode, IEnumerable<WaitingMark> waiting, DurabilityFacts facts) =>
        mode is DurabilityMode.Archive && waiting.Any(mark => mark.Segment == facts.CurrentSegment && !IsArchived(mark.Segment, facts.LastArchived));

    static bool Holds(DurabilityMode mode, WaitingMark mark, DurabilityFacts facts) => mode switch
    {
        DurabilityMode.Archive => IsArchived(mark.Segment, facts.LastArchived) && (!facts.IsStandbyConfigured || IsFlushed(mark.Lsn, facts.StandbyFlushed)),
        DurabilityMode.Standby => facts.IsStandbyConfigured && IsFlushed(mark.Lsn, facts.StandbyFlushed),
        DurabilityMode.Age { After: var after } => mark.Age >= after,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "A mode that nobody judges."),
    };

    /// <summary>
    /// Segments are archived in order, so the last one speaks for those before it, on its own timeline. Files of other kinds
    /// (histories, labels of backups, a part of a segment) say nothing.
    /// </summary>
    static bool IsArchived(string segment, string? lastArchived) =>
        lastArchived is { Length: SegmentNameLength }
        && string.CompareOrdinal(lastArchived, 0, segment, 0, TimelineLength) == 0 && string.CompareOrdinal(lastArchived, segment) >= 0;

    static bool IsFlushed(NpgsqlLogSequenceNumber lsn, NpgsqlLogSequenceNumber? flushed) => flushed is { } through && through >= lsn;
}
