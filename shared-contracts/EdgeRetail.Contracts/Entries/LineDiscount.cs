namespace EdgeRetail.Contracts.Entries;

/// <summary>What was taken off a line; its amount is what was left. <paramref name="Approver"/> is empty where nobody had to agree.</summary>
public sealed record LineDiscount(Money Amount, string Reason, string Approver);
