namespace EdgeRetail.Kiosk.Api;

/// <summary>The file system of the ledger.</summary>
public sealed record DiskView(long FreeBytes);
