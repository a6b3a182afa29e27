using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>Many seeds, each twice: the second run must take the same way as the first.</summary>
static class Campaign
{
    public static CampaignResult Run(SimulationOptions options, long firstSeed, int seeds, int parallel, Action<SeedOutcome>? failed = null)
    {
        var begun = Stopwatch.GetTimestamp();
        var tally = new Tally();
        var failures = new ConcurrentQueue<SeedOutcome>();
        var (entries, gate) = (0L, new Lock());
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = parallel }, index =>
        {
            var outcome = Twice(options, firstSeed + index);
            if (outcome.Violation is not null)
            {
                failures.Enqueue(outcome);
                failed?.Invoke(outcome);
            }

            lock (gate)
            {
                tally.Add(outcome.Tally);
                entries += outcome.Entries;
            }
        });
        return new(options, seeds, [.. failures.OrderBy(failure => failure.Seed)], tally, entries, Stopwatch.GetElapsedTime(begun));
    }

    static SeedOutcome Twice(SimulationOptions options, long seed)
    {
        var first = SeedRun.Run(options, seed);
        var second = SeedRun.Run(options, seed);
        return first.TraceHash == second.TraceHash ? first : first with { Violation = $"not deterministic: the trace is {first.TraceHash}, then {second.TraceHash}" };
    }
}
