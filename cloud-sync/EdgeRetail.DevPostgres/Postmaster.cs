using System.Globalization;

namespace EdgeRetail.DevPostgres;

/// <summary>What postmaster.pid says about the server of a data directory, checked against the running processes.</summary>
sealed record Postmaster(int Pid, int Port, bool IsReady)
{
    /// <summary>
    /// Null when no server runs on these data. A file left by a kill -9 or a power cut may name a process id that somebody
    /// else has by now, so the process must also stand in the data directory, as a postmaster does.
    /// </summary>
    public static Postmaster? Of(string data)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Combine(data, "postmaster.pid"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // Written line by line during start: short files are a server on its way.
        if (lines.Length == 0 || !int.TryParse(lines[0], out var pid) || !StandsIn(pid, data)) return null;
        var port = lines.Length > 3 ? int.Parse(lines[3], CultureInfo.InvariantCulture) : 0;
        return new(pid, port, lines.Length > 7 && lines[7].Trim() == "ready");
    }

    /// <summary>A zombie is gone: where process 1 does not collect orphans it would otherwise be there for ever.</summary>
    public static bool Runs(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    static bool StandsIn(int pid, string data) =>
        Runs(pid) && Directory.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)?.FullName is { } folder
        && Path.TrimEndingDirectorySeparator(folder) == Path.TrimEndingDirectorySeparator(RealPath(data));

    static string RealPath(string path) => Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
