using System.Diagnostics;
using System.Globalization;
using EdgeRetail.TestKit;

namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>A process this one did not start, by the id that its owner gave.</summary>
static class UnixProcess
{
    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
        ProcessKills.Add();
    }

    public static bool Runs(int pid) => Stat(pid) is { } stat && stat[0] is not "Z";

    /// <summary>Whether SIGSTOP has come to it.</summary>
    public static bool IsStopped(int pid) => Stat(pid) is { } stat && stat[0] is "T";

    /// <summary>0 where it has ended meanwhile.</summary>
    public static int Parent(int pid) => Stat(pid) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>State, parent and so on; null where it has ended.</summary>
    static string[]? Stat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // After the name, which may hold anything.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
