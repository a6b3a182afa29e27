namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>What another policy would have made of the conflicts of some days. Nothing was changed.</summary>
/// <param name="Conflicts">How many there were.</param>
/// <param name="Open">Of those, how many wait for a person or did until somebody edited again; and how many would.</param>
public sealed record Rehearsal(RehearsalQuestion Question, int Conflicts, int Open, int WouldBeOpen, int ValuesThatChange, IReadOnlyList<RehearsedConflict> Differences);
