namespace EdgeRetail.CloudSync.Merge;

/// <summary>What merging some entries writes and tells.</summary>
public sealed class MergedEntries
{
    public List<JournalEntry> Journal { get; } = [];

    public List<StockEffect> Effects { get; } = [];

    public List<ConsumedSequence> Sequences { get; } = [];

    public List<EntryOutcome> Outcomes { get; } = [];

    /// <summary>Adds what merging the next entries came to.</summary>
    public void Add(MergedEntries next)
    {
        Journal.AddRange(next.Journal);
        Effects.AddRange(next.Effects);
        Sequences.AddRange(next.Sequences);
        Outcomes.AddRange(next.Outcomes);
    }
}
