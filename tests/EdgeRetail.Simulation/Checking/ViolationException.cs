namespace EdgeRetail.Simulation.Checking;

/// <summary>An invariant is broken: the run ends here.</summary>
sealed class ViolationException(string invariant, string detail) : Exception($"{invariant}: {detail}")
{
    public string Invariant => invariant;
}
