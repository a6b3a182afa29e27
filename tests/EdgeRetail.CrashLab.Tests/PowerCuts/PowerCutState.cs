namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>What was found on a disk after a power cut.</summary>
/// <param name="Violation">Null where everything that must hold holds.</param>
/// <param name="LostConfirmed">How many entries that had been confirmed are not there.</param>
sealed record PowerCutState(string? Violation, int LostConfirmed)
{
    /// <summary>SQLite itself finds the file broken.</summary>
    public bool IsDamaged { get; init; }
}
