namespace EdgeRetail.DeviceCli.Output;

/// <summary>Stable: scripts switch on them.</summary>
static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Refused by a business rule, or something that was asked for is not there.</summary>
    public const int Refused = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>The device is not enrolled.</summary>
    public const int NotEnrolled = 3;

    /// <summary>The ledger is busy, damaged, of a newer version, or its disk refuses.</summary>
    public const int Ledger = 4;

    /// <summary>The cloud cannot be reached, or refuses the session.</summary>
    public const int Cloud = 5;

    /// <summary>A check found something broken.</summary>
    public const int Broken = 6;

    /// <summary>A fault of this program.</summary>
    public const int Bug = 70;
}
