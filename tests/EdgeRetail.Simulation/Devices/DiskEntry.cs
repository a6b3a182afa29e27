using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Devices;

/// <summary>A row of the ledger in memory; the series of its receipt, where it has one.</summary>
sealed record DiskEntry(EntryId Id, StoreId Store, ReadOnlyMemory<byte> Bytes, Hash256 Hash, IReadOnlyList<StockMovement> Movements, IReadOnlyList<StockCount> Counts, string? ReceiptSeries);
