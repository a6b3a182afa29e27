using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Devices;

/// <summary>An entry in a device's ledger, and whether it still counts as pending.</summary>
readonly record struct OwnEntry(EntryId Id, StoreId Store, bool IsPending);
