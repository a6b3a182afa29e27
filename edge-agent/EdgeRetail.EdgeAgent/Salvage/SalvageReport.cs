using System.Globalization;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>What was saved of a damaged ledger: how many entries, and which of its positions could not be read.</summary>
/// <param name="Unreadable">Ranges of old positions, as people read them: <c>14-17, 20</c>; empty where everything was read.</param>
public sealed record SalvageReport(DateTimeOffset At, string Folder, string Reason, long Entries, long UnreadableCount, string Unreadable)
{
    const int RangesMax = 20;

    /// <summary>In words, without what to do.</summary>
    public string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"The ledger was damaged ({Reason.TrimEnd('.')}) and is kept in {Folder}. {Entries} of its entries were saved{(UnreadableCount == 0 ? "." : $", {UnreadableCount} could not be read: positions {Unreadable}.")}");

    /// <summary>What is missing from <paramref name="first"/> to <paramref name="last"/> between the positions that were found, in order.</summary>
    internal static (long Count, string Ranges) Missing(long first, long last, IEnumerable<long> found)
    {
        var ranges = new List<string>();
        var count = 0L;
        var next = first;
        foreach (var position in found.Append(last + 1))
        {
            if (position > next && position <= last + 1)
            {
                count += position - next;
                if (ranges.Count <= RangesMax) ranges.Add(ranges.Count == RangesMax ? "…" : Range(next, position - 1));
            }

            next = Math.Max(next, position + 1);
        }

        return (count, string.Join(", ", ranges));
    }

    static string Range(long from, long through) =>
        from == through ? from.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{from}-{through}");
}
