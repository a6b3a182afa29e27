using EdgeRetail.CrashLab.Tests.Shim;

namespace EdgeRetail.CrashLab.Tests.Sweep;

/// <summary>How often which fault hit, and what was found after it: a sweep that never hit anything proves nothing.</summary>
sealed class SweepFigures
{
    readonly Lock gate = new();
    readonly SortedDictionary<string, (int NotRecorded, int Recorded)> table = new(StringComparer.Ordinal);

    /// <summary>Faults that happened.</summary>
    public int Hits { get; private set; }

    /// <summary>Runs that ended before their operation came.</summary>
    public int Misses { get; private set; }

    /// <summary>Those hits that ended the process by SIGKILL.</summary>
    public int Kills { get; private set; }

    public int NotRecorded { get; private set; }

    public int Recorded { get; private set; }

    public void Count(FaultKind kind, string? code, bool wasRecorded)
    {
        lock (gate)
        {
            var line = $"{kind,-24} {code ?? "-",-22}";
            var (not, recorded) = table.GetValueOrDefault(line);
            table[line] = wasRecorded ? (not, recorded + 1) : (not + 1, recorded);
            Hits++;
            if (kind == FaultKind.Kill) Kills++;
            if (wasRecorded) Recorded++;
            else NotRecorded++;
        }
    }

    public void Miss()
    {
        lock (gate) Misses++;
    }

    public override string ToString()
    {
        lock (gate)
        {
            return $"""
                {Hits} faults, {Misses} missed; what the seller gave again was not recorded before {NotRecorded} times, was recorded {Recorded} times
                {"fault",-24} {"the command said",-22} {"not recorded",12} {"recorded",9}
                {string.Join('\n', table.Select(row => $"{row.Key} {row.Value.NotRecorded,12} {row.Value.Recorded,9}"))}
                """;
        }
    }
}
