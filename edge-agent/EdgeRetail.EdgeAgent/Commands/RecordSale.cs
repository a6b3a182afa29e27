using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Goods leave the shop for money.</summary>
public sealed record RecordSale(CommandId? Command, string Actor, IReadOnlyList<SaleDraftLine> Lines, TenderKind Tender);
