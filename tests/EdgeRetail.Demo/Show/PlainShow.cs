using System.Diagnostics;

namespace EdgeRetail.Demo.Show;

/// <summary>Lines for a log: events as they come, the state once a second.</summary>
sealed class PlainShow(TextWriter output) : IShow
{
    const int Width = 80;

    readonly Lock gate = new();
    readonly Stopwatch watch = Stopwatch.StartNew();
    TimeSpan? last;

    public void Say(string what)
    {
        lock (gate) output.WriteLine(Cut($"{watch.Elapsed.TotalSeconds,5:0.0}s {what}"));
    }

    public void Update(Scene scene)
    {
        lock (gate)
        {
            if (last is null) output.WriteLine("       (kiosk: entries in its ledger + unsent / pending in its stock view)");
            if (watch.Elapsed - last < TimeSpan.FromSeconds(1)) return;
            last = watch.Elapsed;
            output.WriteLine(Cut($"{watch.Elapsed.TotalSeconds,5:0.0}s {scene.Act}: {scene.Sold} of {scene.ToSell}; entries in PostgreSQL: {scene.Cloud?.Entries.ToString() ?? "it is away"}"));
            output.WriteLine(Cut($"       {string.Join(" | ", scene.Agents.Select(Words))}"));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static string Words(AgentScene agent) =>
        $"{agent.Code} {(agent.Status is { } status ? $"{status.LastSequence}+{status.OutboxCount}/{status.PendingCount}" : "no answer")}{(agent.Trouble is { } trouble ? $" {trouble}" : "")}";

    static string Cut(string line) => line.Length <= Width ? line : line[..(Width - 1)] + "…";
}
