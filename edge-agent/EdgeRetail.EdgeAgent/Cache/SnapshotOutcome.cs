namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>What became of rows of a snapshot, or of a feed page over it. Only <see cref="Stored"/> and <see cref="Switched"/> wrote anything that stays.</summary>
public abstract record SnapshotOutcome
{
    SnapshotOutcome()
    {
    }

    /// <summary>The rows are in the generation that is filled beside the one shown.</summary>
    public sealed record Stored(StockSnapshot Snapshot) : SnapshotOutcome;

    /// <summary>The generation that was filled is the one shown; <paramref name="Covered"/> entries fewer are pending than before.</summary>
    public sealed record Switched(long Version, int Covered) : SnapshotOutcome;

    /// <summary>What was read so far is of no use, and was given up: the reading begins anew.</summary>
    public sealed record BeginAnew(string Detail) : SnapshotOutcome;

    /// <summary>As for any page: nothing was taken.</summary>
    public sealed record Refused(PageOutcome Page) : SnapshotOutcome;
}
