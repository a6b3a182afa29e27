using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>What the seeds came to together.</summary>
sealed record CampaignResult(SimulationOptions Options, long Seeds, IReadOnlyList<SeedOutcome> Failures, Tally Tally, long Entries, TimeSpan Elapsed)
{
    public bool Holds => Failures.Count == 0;
}
