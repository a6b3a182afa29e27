namespace EdgeRetail.Kiosk.Api;

/// <summary>
/// Answer of GET and POST /api/v1/repair. While <paramref name="Pending"/> the agent has yet to open the ledger again;
/// <paramref name="Folder"/> is null where nothing was damaged.
/// </summary>
public sealed record RepairResponse(bool Pending, string? Folder, long Entries, long UnreadableCount, string Unreadable, string Words);
