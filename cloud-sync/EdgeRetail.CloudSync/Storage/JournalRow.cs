namespace EdgeRetail.CloudSync.Storage;

/// <summary>A distinct accepted entry, as received. Its bytes are never changed.</summary>
public sealed class JournalRow
{
    /// <summary>The batch's store; for an entry that is not quarantined also the entry's.</summary>
    public required int StoreId { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>The device that sent it, as authenticated; 0 for a cloud entry.</summary>
    public required int DeviceId { get; init; }

    public required Guid StreamId { get; init; }

    public required long Sequence { get; init; }

    /// <summary>0 where the bytes say none that fits.</summary>
    public required short Kind { get; init; }

    public required short SchemaVersion { get; init; }

    public required byte[] Bytes { get; init; }

    public required byte[] Hash { get; init; }

    public required long ReceivedAtMs { get; init; }

    public required long ReceivedAtVersion { get; init; }

    /// <summary>Null for what is not merged: in quarantine, voided, or corrected by another entry. Above the version of receipt after a replay.</summary>
    public long? MergedAtVersion { get; set; }

    /// <summary>A packed hybrid timestamp: milliseconds in the upper 48 bits.</summary>
    public required long EffectiveTime { get; init; }

    public required short EffectiveTimeSource { get; init; }

    public DateOnly? BusinessDate { get; init; }

    /// <summary>Why it could not be merged when it was received; it stays when the entry is settled.</summary>
    public string? QuarantineCode { get; set; }

    public string? QuarantineDetail { get; set; }

    /// <summary>The cloud entry that settled what stood in quarantine; null while it stands there.</summary>
    public Guid? SettledBy { get; set; }

    /// <summary>The version of that cloud entry.</summary>
    public long? SettledAtVersion { get; set; }

    public SettlementKind? Settlement { get; set; }

    /// <summary>As printed, of a sale or refund that was merged when it arrived.</summary>
    public string? Receipt { get; init; }

    /// <summary>Of a merged edit: the version of the policies under which it was merged, and is again by a rebuild.</summary>
    public int? PolicyVersion { get; init; }
}
