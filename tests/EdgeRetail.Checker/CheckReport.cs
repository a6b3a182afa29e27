namespace EdgeRetail.Checker;

/// <summary>The verdict on every invariant of PROTOCOL §10, in its order.</summary>
public sealed record CheckReport(IReadOnlyList<InvariantResult> Invariants, CheckFigures Figures)
{
    /// <summary>Nothing that was observed is broken.</summary>
    public bool Holds => Invariants.All(invariant => invariant.Holds is not false);

    public IReadOnlyList<string> Broken => [.. Invariants.Where(invariant => invariant.Holds is false).Select(invariant => invariant.Id)];

    public InvariantResult this[string id] => Invariants.First(invariant => invariant.Id == id);
}
