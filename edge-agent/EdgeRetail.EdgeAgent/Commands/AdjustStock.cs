using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>A person puts a figure right, by a difference and with a reason.</summary>
public sealed record AdjustStock(CommandId? Command, string Actor, ProductCode Product, Quantity Delta, AdjustmentReason Reason, string Note);
