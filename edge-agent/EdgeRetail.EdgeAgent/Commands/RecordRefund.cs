using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Goods come back for money.</summary>
public sealed record RecordRefund(CommandId? Command, string Actor, IReadOnlyList<RefundDraftLine> Lines, string Reason, TenderKind Tender);
