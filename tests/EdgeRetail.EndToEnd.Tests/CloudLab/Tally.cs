using System.Collections.Concurrent;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>What the lab broke in a run, counted by kind; printed when it is over.</summary>
static class Tally
{
    static readonly ConcurrentDictionary<string, int> Counts = new();

    public static void Count(string kind, int times = 1) => Counts.AddOrUpdate(kind, times, (_, before) => before + times);

    public static string Text()
    {
        var lines = Counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value,6}  {count.Key}");
        return $"The cloud lab broke:\n{string.Join('\n', lines)}\n{Counts.Where(count => count.Key.EndsWith("killed", StringComparison.Ordinal)).Sum(count => count.Value),6}  processes killed in all";
    }
}
