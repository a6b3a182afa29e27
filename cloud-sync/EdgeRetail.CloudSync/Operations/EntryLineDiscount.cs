namespace EdgeRetail.CloudSync.Operations;

/// <summary>What was taken off a line before its tax was added; the line's amount is after it.</summary>
public sealed record EntryLineDiscount(MoneyValue Amount, string? Reason, string? Approver);
