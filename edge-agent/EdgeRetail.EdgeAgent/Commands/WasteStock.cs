using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Goods are thrown away, gone, or used in the shop: off the stock, with a reason and without money.</summary>
public sealed record WasteStock(CommandId? Command, string Actor, ProductCode Product, Quantity Quantity, WasteReason Reason, string Note);
