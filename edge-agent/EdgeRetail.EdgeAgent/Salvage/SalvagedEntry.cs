using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>An entry that was read out of a damaged ledger: its bytes are those that were committed, as their hash says.</summary>
sealed record SalvagedEntry(long Position, EntryId Id, int Store, int Kind, byte[] Bytes, Hash256 Hash);
