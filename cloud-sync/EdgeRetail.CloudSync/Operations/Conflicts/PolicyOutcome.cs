namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>What came of setting a policy.</summary>
public abstract record PolicyOutcome
{
    PolicyOutcome()
    {
    }

    /// <summary>It holds, for edits that are merged from now on; <paramref name="Already"/> where it did before.</summary>
    public sealed record Set(FieldPolicyView Policy, bool Already) : PolicyOutcome;

    /// <summary>Somebody set another one since whoever sets this looked: nothing was done.</summary>
    public sealed record TagMismatch(PolicySettings Now) : PolicyOutcome;

    public sealed record Refused(Problem Problem) : PolicyOutcome;
}
