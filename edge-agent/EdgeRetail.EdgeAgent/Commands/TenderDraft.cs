using EdgeRetail.Contracts.Entries;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>What the customer hands over; without an amount it pays what the others leave.</summary>
public sealed record TenderDraft(TenderKind Kind, Money? Amount = null);
