using System.Diagnostics;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>A process this one did not start, by the id that its owner gave.</summary>
static class UnixProcess
{
    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    public static bool Runs(int pid) => File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
