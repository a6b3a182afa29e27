namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// What a device last said of itself and what a replica knows of its connection. Written by the way, seconds late at most;
/// ingest neither reads nor locks it.
/// </summary>
public sealed class DeviceStatusRow
{
    public required int DeviceId { get; init; }

    public long SessionNumber { get; set; }

    public string Replica { get; set; } = "";

    public bool Connected { get; set; }

    /// <summary>When the replica last vouched for <see cref="Connected"/>: a replica that died vouches for nothing.</summary>
    public long ConfirmedAtMs { get; set; }

    public long LastHeardAtMs { get; set; }

    public long? ReportedAtMs { get; set; }

    public long LastSequence { get; set; }

    public long OutboxCount { get; set; }

    public long? OutboxOldestMs { get; set; }

    public long PendingCount { get; set; }

    public long StoreCursor { get; set; }

    public long CatalogueCursor { get; set; }

    public string SoftwareVersion { get; set; } = "";

    public string? LastRefusalCode { get; set; }

    public long? LastRefusalAtMs { get; set; }

    public long? DiskFreeBytes { get; set; }

    public long CacheDriftCount { get; set; }

    /// <summary>The states that the device reports of itself, as a JSON array of objects with code and message; null: none.</summary>
    public string? Conditions { get; set; }

    public long ResyncRows { get; set; }

    public long ResyncRowsTotal { get; set; }

    public long DurableThrough { get; set; }

    public long OldestRetained { get; set; }

    /// <summary>The device's wall clock minus the database's, at its last Hello.</summary>
    public long? ClockOffsetMs { get; set; }
}
