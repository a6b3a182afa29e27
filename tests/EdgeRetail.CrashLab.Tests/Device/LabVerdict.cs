using EdgeRetail.Checker;

namespace EdgeRetail.CrashLab.Tests.Device;

/// <summary>What must hold of a data directory whatever happened to it: it opens, verify and the checker find nothing broken.</summary>
static class LabVerdict
{
    /// <summary>Null where all is well, else what is wrong.</summary>
    public static async Task<string?> FaultAsync(LabDevice device, long entriesExpected)
    {
        var verified = await device.RunAsync("verify");
        if (verified.ExitCode != 0) return $"verify: {verified}";
        var (entries, ids) = device.CountEntries();
        if (entries != entriesExpected || ids != entriesExpected) return $"{entries} entries with {ids} ids, and there should be {entriesExpected}";
        var report = await Check.RunAsync(new([device.Folder], null));
        return report.Holds
            ? null
            : $"the checker: {string.Join("; ", report.Invariants.Where(invariant => invariant.Holds is false).Select(invariant => $"{invariant.Id} {string.Join(", ", invariant.Offenders)}"))}";
    }
}
