namespace EdgeRetail.Benchmarks;

/// <summary>A bound on value / limit.</summary>
sealed record Goal(double Ratio, bool AtLeast)
{
    /// <summary>More is better: the ratio has to reach this.</summary>
    public static Goal Floor(double ratio) => new(ratio, AtLeast: true);

    /// <summary>Less is better: the ratio has to stay below this.</summary>
    public static Goal Ceiling(double ratio = 1) => new(ratio, AtLeast: false);
}
