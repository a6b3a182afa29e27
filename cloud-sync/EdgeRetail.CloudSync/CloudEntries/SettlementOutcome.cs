using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What came of settling an entry.</summary>
public abstract record SettlementOutcome
{
    SettlementOutcome()
    {
    }

    public sealed record Settled(Settlement Settlement) : SettlementOutcome;

    /// <summary>Somebody was there before: nothing was done.</summary>
    public sealed record AlreadySettled(Settlement First) : SettlementOutcome;

    /// <summary>It cannot be merged, today as before: it stays where it is.</summary>
    public sealed record Unmergeable(Guid EntryId, string Code, string Detail) : SettlementOutcome;

    /// <summary>Nothing was done.</summary>
    public sealed record Refused(Problem Problem) : SettlementOutcome;

    /// <summary>The client's key was answered before, for the same request (the answer) or for another one (null).</summary>
    public sealed record Answered(Settlement? Settlement) : SettlementOutcome;
}
