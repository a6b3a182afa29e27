using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Runs;

/// <summary>What a seed came to.</summary>
/// <param name="Violation">Null where everything holds.</param>
sealed record SeedOutcome(long Seed, string? Violation, string TraceHash, Tally Tally, long Entries, TimeSpan VirtualTime);
