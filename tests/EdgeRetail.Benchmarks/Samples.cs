namespace EdgeRetail.Benchmarks;

/// <summary>Durations of one repeated operation, in milliseconds.</summary>
sealed class Samples
{
    readonly List<double> milliseconds = [];

    public int Count => milliseconds.Count;

    public void Add(TimeSpan duration) => milliseconds.Add(duration.TotalMilliseconds);

    /// <summary>The smallest sample that at least this share of all samples does not exceed.</summary>
    public double Percentile(double share)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * share) - 1)];
    }
}
