using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>What staff take off a line: an amount, or hundredths of a percent of what the line costs.</summary>
public sealed record DiscountDraft(Money? Amount, int? Hundredths, string Reason);
