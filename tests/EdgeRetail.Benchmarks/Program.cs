using EdgeRetail.Benchmarks;
using EdgeRetail.TestKit;

// Each group of figures has a name; without arguments all are measured, and written to artifacts/bench.json. `./build.sh bench upload latency` takes two.
var groups = new[] { "local", "download", "upload", "fleet", "latency", "agent", "flat", "bytes", "away", "writer" };
if (args.FirstOrDefault(name => !groups.Contains(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no group '{unknown}'. The groups: {string.Join(", ", groups)}.");
    return 2;
}

bool Wanted(string group) => args.Length == 0 || args.Contains(group);

var report = new BenchmarkReport();
try
{
    if (Wanted("local")) LocalFigures.Measure(report);
    if (Wanted("flat")) LocalFigures.MeasureFlatness(report);
    if (Wanted("writer")) WriterFigures.Measure(report);
    if (groups.Except(["local", "writer"]).Any(Wanted))
    {
        using var folder = new TemporaryDirectory();
        await using var cloud = await BenchCloud.StartAsync();
        var (first, second) = (await cloud.ServeAsync(), await cloud.ServeAsync());
        var sync = new SyncFigures(report, cloud, first, second, folder);
        await sync.MeasureDownloadAsync();
        if (Wanted("upload") || Wanted("fleet")) await sync.MeasureUploadAsync(cloud.PostgresLimitAsync);
        if (Wanted("fleet")) await sync.MeasureFleetAsync();
        if (Wanted("latency")) await sync.MeasureLatencyAsync();
        if (Wanted("agent")) await sync.MeasureAgentAsync();
        if (Wanted("flat")) await sync.MeasureFlatnessAsync();
        if (Wanted("bytes")) await sync.MeasureBytesAsync();
        if (Wanted("away")) await new AwayFigures(report, cloud, first, folder, cloud.PostgresLimitAsync).MeasureAsync();
    }
}
finally
{
    // A part of the figures does not take the place of all.
    report.Write(Path.Combine(RepositoryRoot.Artifacts, args.Length == 0 ? "bench.json" : "bench.partial.json"));
}

Console.WriteLine(report.AllReached ? "Every goal is reached." : "Some goals are missed.");
return report.AllReached ? 0 : 1;
