namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>What a recording holds; the value is the shim's number.</summary>
enum IoOperation
{
    Opened = 1,
    Created = 2,
    Wrote = 3,
    Synced = 4,
    Truncated = 5,
    Unlinked = 6,

    /// <summary>The data is the new path.</summary>
    Renamed = 7,

    SyncedDirectory = 8,

    /// <summary>Said to whoever sells, on standard output or through the socket; recorded before it left.</summary>
    Told = 9,

    /// <summary>The fault that was asked for happened here.</summary>
    Fault = 10,
}
