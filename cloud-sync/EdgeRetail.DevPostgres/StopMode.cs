namespace EdgeRetail.DevPostgres;

/// <summary>How a server is brought down; the value is the signal PostgreSQL means by it.</summary>
public enum StopMode
{
    /// <summary>Sessions are cut, everything is written out.</summary>
    Fast = 2,

    /// <summary>Like a crash that was announced: the next start recovers.</summary>
    Immediate = 3,

    /// <summary>A crash: SIGKILL.</summary>
    Kill = 9,
}
