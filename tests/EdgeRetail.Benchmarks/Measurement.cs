namespace EdgeRetail.Benchmarks;

/// <summary>
/// One figure. <see cref="Limit"/> is what it is held against, in the same unit and measured in the same run where it is a
/// speed; <see cref="Ratio"/> is value / limit. <see cref="Goal"/> is the bound on the ratio, null where the figure is only reported.
/// </summary>
sealed record Measurement(string Name, double Value, string Unit, double? Limit = null, Goal? Goal = null)
{
    public double? Ratio => Limit is { } limit && limit != 0 ? Value / limit : null;

    public bool? Reached => Goal is not { } goal ? null : Ratio is { } ratio ? goal.AtLeast ? ratio >= goal.Ratio : ratio <= goal.Ratio : null;
}
