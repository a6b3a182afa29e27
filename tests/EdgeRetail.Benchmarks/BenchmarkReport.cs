using System.Globalization;
using System.Text.Json;

namespace EdgeRetail.Benchmarks;

/// <summary>Collects the figures of one run, prints them as they come, and writes them all to <c>artifacts/bench.json</c>.</summary>
sealed class BenchmarkReport
{
    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    readonly List<Measurement> measurements = [];

    public BenchmarkReport() => Console.WriteLine($"{"figure",-46}{"value",12} {"unit",-10}{"limit",11}{"ratio",8}  goal");

    public bool AllReached => measurements.TrueForAll(measurement => measurement.Reached != false);

    public void Add(Measurement measurement)
    {
        measurements.Add(measurement);
        Console.WriteLine(
            $"{measurement.Name,-46}{Figure(measurement.Value),12} {measurement.Unit,-10}{(measurement.Limit is { } limit ? Figure(limit) : ""),11}"
            + $"{(measurement.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : ""),8}  {GoalText(measurement)}");
    }

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(
            measurements.Select(measurement => new
            {
                measurement.Name,
                Value = Math.Round(measurement.Value, 4),
                measurement.Unit,
                Limit = measurement.Limit is { } limit ? Math.Round(limit, 4) : (double?)null,
                Ratio = measurement.Ratio is { } ratio ? Math.Round(ratio, 4) : (double?)null,
            }), Json) + "\n");
    }

    static string GoalText(Measurement measurement) => measurement switch
    {
        { Goal: null } => "",
        { Goal: { } goal, Reached: var reached } =>
            $"{(goal.AtLeast ? ">=" : "<=")} {goal.Ratio.ToString("0.##", CultureInfo.InvariantCulture)} {(reached == true ? "reached" : "MISSED")}",
    };

    static string Figure(double value) => value switch
    {
        >= 1000 or <= -1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
