using EdgeRetail.CrashLab.Tests.Shim;

namespace EdgeRetail.CrashLab.Tests.Upgrades;

/// <summary>How often which fault left which schema: a sweep whose faults all came too late proves nothing.</summary>
sealed class UpgradeFigures
{
    readonly Lock gate = new();
    readonly SortedDictionary<(FaultKind Kind, long Left, string Said), int> table = [];

    public int Hits { get; private set; }

    public int Misses { get; private set; }

    public int Kills { get; private set; }

    public void Count(FaultKind kind, long left, string said)
    {
        lock (gate)
        {
            table[(kind, left, said)] = table.GetValueOrDefault((kind, left, said)) + 1;
            Hits++;
            if (kind == FaultKind.Kill) Kills++;
        }
    }

    public void Miss()
    {
        lock (gate) Misses++;
    }

    /// <summary>How many faults of a kind left the ledger at a schema.</summary>
    public int Left(FaultKind kind, long version)
    {
        lock (gate) return table.Where(row => row.Key.Kind == kind && row.Key.Left == version).Sum(row => row.Value);
    }

    public override string ToString()
    {
        lock (gate)
        {
            return $"""
                {Hits} faults, {Misses} missed
                {"fault",-24} {"schema left",11}  {"the agent said",-22} {"times",6}
                {string.Join('\n', table.Select(row => $"{row.Key.Kind,-24} {row.Key.Left,11}  {row.Key.Said,-22} {row.Value,6}"))}
                """;
        }
    }
}
