namespace EdgeRetail.CloudSync.Operations.Checks;

/// <summary>What a verification found, and over how much.</summary>
public sealed record VerificationResult(IReadOnlyList<InvariantReport> Invariants, int Stores, long Entries)
{
    public bool IsBroken => Invariants.Any(invariant => invariant.State == InvariantState.Broken);
}
