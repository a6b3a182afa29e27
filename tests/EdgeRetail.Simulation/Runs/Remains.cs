using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Runs;

/// <summary>What a run over databases leaves behind, for a checker that reads it: nothing changes any more.</summary>
/// <param name="MayLose">Entries that were on no disk any more and not yet durable.</param>
/// <param name="SetBack">Codes of devices whose ledger was set back or copied.</param>
sealed record Remains(IReadOnlyList<string> Ledgers, string Database, IReadOnlyCollection<EntryId> MayLose, IReadOnlyCollection<string> SetBack, DateTimeOffset EndedAt);
