namespace EdgeRetail.CloudSync.Merge;

/// <summary>What became of an entry that was not plainly merged.</summary>
public abstract record EntryOutcome(long Sequence)
{
    /// <summary>The journal had it with equal bytes; nothing was done again.</summary>
    public sealed record Duplicate(long Sequence) : EntryOutcome(Sequence);

    /// <summary>It is in the journal and could not be merged; also told again when it is sent again.</summary>
    public sealed record Quarantined(long Sequence, string Code) : EntryOutcome(Sequence);
}
