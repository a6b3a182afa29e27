using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.Simulation.Devices;

/// <summary>An entry whose commit returned.</summary>
sealed record Recorded(EntryId Id, ReadOnlyMemory<byte> Bytes, DeviceId Device, StoreId Store, ReceiptNumber? Receipt);
