using System.Diagnostics;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>
/// Many seeds, each twice: the second run must take the same way as the first. Over databases the first of the two is the
/// model's: what happens in memory and what happens over SQLite and PostgreSQL must be the same.
/// </summary>
static class Campaign
{
    /// <param name="server">Null: over the model alone.</param>
    /// <param name="duration">No further seed is begun after it, nor after <paramref name="stoppingToken"/>.</param>
    /// <param name="failed">Told at once of every seed that breaks something.</param>
    /// <param name="inspect">Looks at what each run over databases left; what is broken, or null.</param>
    public static CampaignResult Run(
        SimulationOptions options, long firstSeed, long seeds, int parallel, RealServer? server = null, TimeSpan? duration = null, Action<SeedOutcome>? failed = null, Func<Remains, string?>? inspect = null,
        CancellationToken stoppingToken = default)
    {
        var begun = Stopwatch.GetTimestamp();
        var tally = new Tally();
        var failures = new List<SeedOutcome>();
        var (next, done, entries, gate) = (0L, 0L, 0L, new Lock());
        // Threads of their own: a run over databases waits on its thread for what the pool's threads bring.
        var workers = Enumerable.Range(0, parallel).Select(_ => new Thread(Work) { IsBackground = true, Name = "seeds" }).ToList();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return new(options, done, [.. failures.OrderBy(failure => failure.Seed)], tally, entries, Stopwatch.GetElapsedTime(begun));

        void Work()
        {
            var place = server?.Take();
            while (!stoppingToken.IsCancellationRequested && !(Stopwatch.GetElapsedTime(begun) > duration) && Interlocked.Increment(ref next) is var number && number <= seeds)
            {
                var outcome = place is null ? Twice(options, firstSeed + number - 1) : Compared(options, firstSeed + number - 1, place, inspect);
                lock (gate)
                {
                    done++;
                    tally.Add(outcome.Tally);
                    entries += outcome.Entries;
                    if (outcome.Violation is null) continue;
                    failures.Add(outcome);
                    failed?.Invoke(outcome);
                }
            }

            if (place is not null) server!.GiveBack(place);
        }
    }

    static SeedOutcome Twice(SimulationOptions options, long seed)
    {
        var first = SeedRun.Run(options, seed);
        var second = SeedRun.Run(options, seed);
        return first.TraceHash == second.TraceHash ? first : first with { Violation = $"not deterministic: the trace is {first.TraceHash}, then {second.TraceHash}" };
    }

    /// <summary>The run over databases, after the model's.</summary>
    static SeedOutcome Compared(SimulationOptions options, long seed, RealPlace place, Func<Remains, string?>? inspect)
    {
        var model = SeedRun.Run(options, seed);
        var real = SeedRun.Run(options, seed, place: place, inspect: inspect);
        return model.TraceHash == real.TraceHash ? real : real with { Violation = $"{real.Violation}{(real.Violation is null ? "" : "; ")}the model goes another way: {FirstDifference(options, seed, place)}" };
    }

    static string FirstDifference(SimulationOptions options, long seed, RealPlace place)
    {
        using StringWriter model = new(), real = new();
        SeedRun.Run(options, seed, model);
        SeedRun.Run(options, seed, real, place);
        var (modelLines, realLines) = (model.ToString().Split('\n'), real.ToString().Split('\n'));
        var index = Enumerable.Range(0, Math.Min(modelLines.Length, realLines.Length)).FirstOrDefault(line => modelLines[line] != realLines[line], -1);
        return index < 0 ? "and not when it is repeated" : $"line {index + 1}\n    model      {modelLines[index].TrimEnd()}\n    databases  {realLines[index].TrimEnd()}";
    }
}
