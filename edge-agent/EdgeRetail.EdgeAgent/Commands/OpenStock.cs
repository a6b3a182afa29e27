using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>
/// The first load of a shop's stock. More than a thousand lines become several entries, one transaction each: sent again with the
/// same command id after an interruption, it goes on where it stopped.
/// </summary>
public sealed record OpenStock(CommandId? Command, string Actor, IReadOnlyList<StockLine> Lines);
