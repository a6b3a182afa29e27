using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>A whole sale of this device is taken back: its goods and its money. <paramref name="Approver"/> may be empty.</summary>
public sealed record VoidSale(CommandId? Command, string Actor, ReceiptNumber Receipt, string Reason, string Approver);
