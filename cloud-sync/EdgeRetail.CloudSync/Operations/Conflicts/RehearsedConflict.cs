namespace EdgeRetail.CloudSync.Operations.Conflicts;

/// <summary>A conflict that another policy decides otherwise: what won and what would have, null where a person has to decide.</summary>
/// <param name="Shown">What the store shows now, null for the catalogue's value.</param>
/// <param name="WouldShow">What it would show now, had the policy held all the while. Equal where somebody edited again since.</param>
public sealed record RehearsedConflict(Guid ConflictId, int StoreId, string Product, string Field, Guid? Won, string? WonValue, Guid? WouldWin, string? WouldWinValue, string? Shown, string? WouldShow);
