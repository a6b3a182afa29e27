using System.Diagnostics;

namespace EdgeRetail.Demo.Show;

/// <summary>Lines for a log: events as they come, the state once a second.</summary>
sealed class PlainShow(TextWriter output) : IShow
{
    const int Width = 80;

    readonly Lock gate = new();
    readonly Stopwatch watch = Stopwatch.StartNew();
    TimeSpan last = TimeSpan.FromSeconds(-1);

    public void Say(string what)
    {
        lock (gate) output.WriteLine(Cut($"{watch.Elapsed.TotalSeconds,5:0.0}s {what}"));
    }

    public void Update(Scene scene)
    {
        lock (gate)
        {
            if (scene.Elapsed - last < TimeSpan.FromSeconds(1)) return;
            last = scene.Elapsed;
            var agents = string.Join(" ", scene.Agents.Select(agent => $"{agent.Code} {agent.Status?.LastSequence.ToString() ?? "-"}+{agent.Status?.OutboxCount.ToString() ?? "?"}/{agent.Status?.PendingCount.ToString() ?? "?"}{(agent.Trouble is { } trouble ? $" {trouble}" : "")}"));
            output.WriteLine(Cut($"{watch.Elapsed.TotalSeconds,5:0.0}s {scene.Sold}/{scene.ToSell} | {agents} | PG {scene.Cloud?.Entries.ToString() ?? "-"}"));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static string Cut(string line) => line.Length <= Width ? line : line[..(Width - 1)] + "…";
}
