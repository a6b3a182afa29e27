using System.Globalization;

namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>What breaks at which operation of a process, from 1.</summary>
sealed record IoFault(FaultKind Kind, long Operation)
{
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["EDGERETAIL_IO_FAULT"] = Kind switch
        {
            FaultKind.Kill => "kill",
            FaultKind.NoSpaceOnce or FaultKind.NoSpaceForEver => "enospc",
            _ => "eio",
        },
        ["EDGERETAIL_IO_AT"] = Operation.ToString(CultureInfo.InvariantCulture),
        ["EDGERETAIL_IO_FOREVER"] = Kind is FaultKind.InputOutputErrorForEver or FaultKind.NoSpaceForEver ? "1" : "0",
    };
}
