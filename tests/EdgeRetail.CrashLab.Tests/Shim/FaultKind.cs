namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>How the shim breaks an operation.</summary>
public enum FaultKind
{
    /// <summary>SIGKILL before the operation.</summary>
    Kill,

    /// <summary>The operation fails with EIO, the next one works again.</summary>
    InputOutputErrorOnce,

    /// <summary>The operation and every later one fail with EIO.</summary>
    InputOutputErrorForEver,

    /// <summary>The operation fails with ENOSPC, the next one works again.</summary>
    NoSpaceOnce,

    /// <summary>The operation and every later one fail with ENOSPC.</summary>
    NoSpaceForEver,
}
