using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Cache;

/// <summary>What became of an entry of the store that stood in quarantine, by whom and why.</summary>
public sealed record SettlementRow(EntryId Entry, SettlementKind Kind, long Version, string Actor, string Reason);
