namespace EdgeRetail.CloudSync.Cli;

/// <summary>Stable: scripts switch on them.</summary>
static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Refused by a rule, or a check that failed.</summary>
    public const int Refused = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>The database cannot be reached, or its schema is not this version's.</summary>
    public const int Database = 3;

    /// <summary>A fault of this program.</summary>
    public const int Bug = 70;
}
