namespace EdgeRetail.Simulation.Schedule;

/// <summary>How often each fault, verdict and refusal came: what never fired proved nothing.</summary>
sealed class Tally
{
    readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public IEnumerable<KeyValuePair<string, long>> Counts => counts.OrderBy(count => count.Key, StringComparer.Ordinal);

    public long this[string what] => counts.GetValueOrDefault(what);

    public void Add(string what, long count = 1) => counts[what] = counts.GetValueOrDefault(what) + count;

    public void Add(Tally other)
    {
        foreach (var (what, count) in other.counts) Add(what, count);
    }
}
