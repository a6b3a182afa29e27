namespace EdgeRetail.CloudSync.Operations;

/// <summary>The unit price of the catalogue, where a line was sold at another.</summary>
public sealed record EntryLineOverride(MoneyValue OldUnitPrice, string? Reason, string? Approver);
