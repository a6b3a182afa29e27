namespace EdgeRetail.TestKit;

/// <summary>What of a lab's work is added up over all labs; <c>build.cake</c> knows the names and how many there have to be.</summary>
public enum LabFigure
{
    /// <summary>Seeds of the simulator over its model.</summary>
    ModelSeeds,

    /// <summary>Seeds of the simulator over SQLite and PostgreSQL.</summary>
    DatabaseSeeds,

    /// <summary>Disks that were rebuilt as a power cut may leave them, and judged.</summary>
    CrashStates,

    /// <summary>Running processes of the product, or of its database, that were ended with SIGKILL.</summary>
    ProcessKills,
}
