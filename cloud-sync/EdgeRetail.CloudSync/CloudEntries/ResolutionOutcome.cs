using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>What came of resolving a conflict.</summary>
public abstract record ResolutionOutcome
{
    ResolutionOutcome()
    {
    }

    public sealed record Resolved(Resolution Resolution) : ResolutionOutcome;

    /// <summary>Somebody was there before, by a resolution or by an edit that knew both: nothing was done.</summary>
    public sealed record AlreadySettled(ConflictState State, Resolution First) : ResolutionOutcome;

    /// <summary>The conflict does not stand any more as whoever resolves it saw it: nothing was done.</summary>
    public sealed record TagMismatch(string Tag) : ResolutionOutcome;

    /// <summary>Nothing was done.</summary>
    public sealed record Refused(Problem Problem) : ResolutionOutcome;

    /// <summary>The client's key was answered before, for the same request (the answer) or for another one (null).</summary>
    public sealed record Answered(Resolution? Resolution) : ResolutionOutcome;
}
