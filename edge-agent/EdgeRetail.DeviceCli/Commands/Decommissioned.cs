namespace EdgeRetail.DeviceCli.Commands;

/// <summary>What <c>decommission</c> came to. Discarded: entries that were given up; Folder: where the ledger stands, null where it was erased.</summary>
sealed record Decommissioned(int DeviceId, string DeviceCode, int StoreId, long Recorded, long Discarded, bool CloudTold, string? Folder);
