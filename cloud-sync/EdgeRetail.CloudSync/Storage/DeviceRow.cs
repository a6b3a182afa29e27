namespace EdgeRetail.CloudSync.Storage;

/// <summary>
/// An enrolled device: who it is, which session and stream are current. Ingest locks this row first, so a newer session's
/// Hello and an older session's batch never overlap.
/// </summary>
public sealed class DeviceRow
{
    public required int DeviceId { get; init; }

    public required string DeviceCode { get; init; }

    /// <summary>The store that it is assigned to at present.</summary>
    public required int StoreId { get; set; }

    public required int AssignmentVersion { get; set; }

    public required string State { get; set; }

    /// <summary>SHA-256 of the device token; the token itself is shown once and kept nowhere.</summary>
    public required byte[] TokenHash { get; set; }

    public long SessionNumber { get; set; }

    /// <summary>The newest session under whose token a batch was committed; 0 before the first.</summary>
    public long LastUsedSession { get; set; }

    public required Guid StreamId { get; set; }

    public required int ReceiptSeries { get; set; }

    /// <summary>The effective time of the device's last entry, as a packed hybrid timestamp.</summary>
    public long LastEffectiveTime { get; set; }

    /// <summary>The highest receipt number that was merged of the device's last series, as printed.</summary>
    public string? LastReceipt { get; set; }

    public required long CreatedAtMs { get; init; }

    /// <summary>Why <see cref="State"/> is held, in a sentence for people.</summary>
    public string? HeldReason { get; set; }

    public long? HeldAtMs { get; set; }

    /// <summary>When a person let the device go on: forks before it say nothing any more.</summary>
    public long? ReleasedAtMs { get; set; }

    /// <summary>The device whose ledger this one took over: a copy that was enrolled anew. Its entries are taken from this one too.</summary>
    public int? PredecessorId { get; init; }
}
