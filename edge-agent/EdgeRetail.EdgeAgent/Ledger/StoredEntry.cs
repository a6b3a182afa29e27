using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>An entry of this ledger, read and decoded.</summary>
sealed record StoredEntry(long Position, EntryId Id, Entry Entry);
