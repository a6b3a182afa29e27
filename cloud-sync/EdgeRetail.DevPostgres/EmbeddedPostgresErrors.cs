namespace EdgeRetail.DevPostgres;

/// <summary>The stable codes of <see cref="EmbeddedPostgresException"/>.</summary>
public static class EmbeddedPostgresErrors
{
    /// <summary>A named folder of executables lacks postgres, initdb or pg_ctl, or holds too old a version.</summary>
    public const string EngineInvalid = "EMBEDDED_POSTGRES_ENGINE_INVALID";

    /// <summary>No PostgreSQL was found and none may be fetched.</summary>
    public const string EngineMissing = "EMBEDDED_POSTGRES_ENGINE_MISSING";

    /// <summary>The data directory was made by a major version that is no longer installed.</summary>
    public const string EngineGone = "EMBEDDED_POSTGRES_ENGINE_GONE";

    /// <summary>The package could not be fetched.</summary>
    public const string FetchFailed = "EMBEDDED_POSTGRES_FETCH_FAILED";

    /// <summary>What was fetched is not what this version pins.</summary>
    public const string FetchCorrupt = "EMBEDDED_POSTGRES_FETCH_CORRUPT";

    /// <summary>initdb failed; nothing of it is kept.</summary>
    public const string InitFailed = "EMBEDDED_POSTGRES_INIT_FAILED";

    /// <summary>The server did not become ready.</summary>
    public const string StartFailed = "EMBEDDED_POSTGRES_START_FAILED";

    /// <summary>The server did not stop.</summary>
    public const string StopFailed = "EMBEDDED_POSTGRES_STOP_FAILED";

    /// <summary>Another process is starting a server in the same home and does not finish.</summary>
    public const string HomeBusy = "EMBEDDED_POSTGRES_HOME_BUSY";

    /// <summary>There is no embedded engine for this machine.</summary>
    public const string PlatformUnknown = "EMBEDDED_POSTGRES_PLATFORM_UNKNOWN";

    /// <summary>A command of the operating system is missing.</summary>
    public const string CommandMissing = "EMBEDDED_POSTGRES_COMMAND_MISSING";
}
