using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>A delivery comes in.</summary>
public sealed record ReceiveGoods(CommandId? Command, string Actor, string Reference, IReadOnlyList<StockLine> Lines);
