namespace EdgeRetail.CloudSync.Devices;

/// <summary>What a replica has learned of a device in its session; null: nothing, and what the row says stays.</summary>
sealed class DeviceStatusNote(int deviceId, long sessionNumber)
{
    public int DeviceId => deviceId;

    public long SessionNumber => sessionNumber;

    public bool? Connected { get; set; }

    /// <summary>When the session was opened, here and by the database's clock.</summary>
    public (long Timestamp, long DatabaseTimeMs)? OpenedAt { get; set; }

    /// <summary>Timestamps of this process's monotonic clock.</summary>
    public long HeardAt { get; set; }

    public long? ReportedAt { get; set; }

    public long? RefusedAt { get; set; }

    public long? LastSequence { get; set; }

    public long? OutboxCount { get; set; }

    public long? OutboxOldestMs { get; set; }

    public long? PendingCount { get; set; }

    public long? StoreCursor { get; set; }

    public long? CatalogueCursor { get; set; }

    public string? SoftwareVersion { get; set; }

    public string? LastRefusalCode { get; set; }

    public long? DiskFreeBytes { get; set; }

    public long? CacheDriftCount { get; set; }

    /// <summary>JSON; empty: the device reports none.</summary>
    public string? Conditions { get; set; }

    /// <summary>The cloud had acknowledged so much before it was set back; null: it has forgotten nothing.</summary>
    public long? RewindsThrough { get; set; }

    public long? ResyncRows { get; set; }

    public long? ResyncRowsTotal { get; set; }

    public long? DurableThrough { get; set; }

    public long? OldestRetained { get; set; }

    public long? ClockOffsetMs { get; set; }
}
