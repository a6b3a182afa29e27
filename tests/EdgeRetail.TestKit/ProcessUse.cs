using System.Globalization;

namespace EdgeRetail.TestKit;

/// <summary>What a process has used, read from /proc: CPU seconds, memory now and at its peak.</summary>
public sealed record ProcessUse(double CpuSeconds, long ResidentBytes, long PeakResidentBytes)
{
    const double TicksPerSecond = 100;

    /// <summary>Null when the process is gone.</summary>
    public static ProcessUse? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name may hold spaces and brackets: count the fields from its end. utime and stime are the 14th and 15th.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            var status = File.ReadAllLines($"/proc/{pid}/status");
            return new(ticks / TicksPerSecond, Kilobytes(status, "VmRSS:"), Kilobytes(status, "VmHWM:"));
        }
        catch (Exception e) when (e is IOException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>A process with all its living children, e.g. PostgreSQL with its sessions. Shared pages count once for each.</summary>
    public static ProcessUse? OfTree(int pid)
    {
        var uses = Tree(pid).Select(Of).OfType<ProcessUse>().ToList();
        return uses.Count == 0 ? null : new(uses.Sum(use => use.CpuSeconds), uses.Sum(use => use.ResidentBytes), uses.Sum(use => use.PeakResidentBytes));
    }

    /// <summary>
    /// CPU seconds of a process, its living children, and those children that ended and were collected:
    /// PostgreSQL's sessions come and go.
    /// </summary>
    public static double? CpuSecondsOfTree(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ended = long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture);
            return OfTree(pid) is { } living ? living.CpuSeconds + (ended / TicksPerSecond) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    static IEnumerable<int> Tree(int pid)
    {
        var childrenOf = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var child) || ParentOf(child) is not { } parent) continue;
            if (!childrenOf.TryGetValue(parent, out var children)) childrenOf[parent] = children = [];
            children.Add(child);
        }

        var open = new Stack<int>([pid]);
        while (open.TryPop(out var next))
        {
            yield return next;
            foreach (var child in childrenOf.GetValueOrDefault(next, [])) open.Push(child);
        }
    }

    static int? ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    static long Kilobytes(string[] status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)
            : 0;
}
