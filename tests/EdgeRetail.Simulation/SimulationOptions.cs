namespace EdgeRetail.Simulation;

/// <summary>What is simulated. Everything that a seed leaves open is here, so that seed and options repeat a run.</summary>
public sealed record SimulationOptions
{
    public int Stores { get; init; } = 2;

    public int Devices { get; init; } = 3;

    public Faults Faults { get; init; } = Faults.All;

    /// <summary>Rules taken out.</summary>
    public ProtocolRule Without { get; init; }

    /// <summary>How long faults come, in virtual minutes.</summary>
    public int Minutes { get; init; } = 15;

    /// <summary>Over SQLite and PostgreSQL, and compared with the model; else over the model alone.</summary>
    public bool Databases { get; init; }

    public bool Has(ProtocolRule rule) => (Without & rule) == 0;

    /// <summary>The command that repeats one seed.</summary>
    public string ReplayCommand(long seed)
    {
        var command = FormattableString.Invariant($"./build.sh simulate --first-seed {seed} --seeds 1 --stores {Stores} --devices {Devices} --minutes {Minutes}");
        if (Faults != Faults.All) command += $" --faults {Names(Faults)}";
        if (Without != ProtocolRule.None) command += $" --without {Names(Without)}";
        if (Databases) command += " --databases";
        return command;
    }

    static string Names<TEnum>(TEnum flags)
        where TEnum : struct, Enum => flags.ToString().Replace(" ", "", StringComparison.Ordinal);
}
