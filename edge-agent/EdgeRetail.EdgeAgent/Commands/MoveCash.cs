using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Cash goes into or out of the drawer without a sale.</summary>
public sealed record MoveCash(CommandId? Command, string Actor, CashMovementKind Movement, Money Amount, string Note);
