namespace EdgeRetail.Kiosk;

/// <summary>Where the kiosk listens. <paramref name="Port"/> 0 takes a free one; the address is always 127.0.0.1.</summary>
public sealed record KioskOptions(int Port, string SocketPath, string SoftwareVersion)
{
    /// <summary>Asks the sync to go on at once; null where no sync runs beside the kiosk.</summary>
    public Action? SyncNow { get; init; }

    /// <summary>Has the ledger closed, checked as a whole and opened again; null where nobody does.</summary>
    public Action? Repair { get; init; }

    /// <summary>More event streams than windows that a shop could have are refused.</summary>
    public int EventStreamsMax { get; init; } = 32;
}
