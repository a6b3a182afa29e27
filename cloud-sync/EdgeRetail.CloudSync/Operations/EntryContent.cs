namespace EdgeRetail.CloudSync.Operations;

/// <summary>What the bytes of an entry say. What its kind does not have is null.</summary>
public sealed record EntryContent(
    int StoreId,
    int AssignmentVersion,
    int DeviceId,
    string Actor,
    DateTimeOffset WallTime,
    string HybridClock,
    string ClockQuality,
    string BootId,
    long MonotonicMilliseconds,
    DateOnly BusinessDate,
    string TimeZoneVersion)
{
    /// <summary>As printed: device code, series, number.</summary>
    public string? Receipt { get; init; }

    /// <summary>The sale that is taken back.</summary>
    public Guid? VoidedEntryId { get; init; }

    /// <summary>The receipt of that sale; a void has none of its own.</summary>
    public string? VoidedReceipt { get; init; }

    public string? Approver { get; init; }

    public string? Reference { get; init; }

    /// <summary>The sheet that a count belongs to.</summary>
    public Guid? CountSheet { get; init; }

    public string? Reason { get; init; }

    public string? Note { get; init; }

    /// <summary>The business date that a close closed, and how many entries it counted.</summary>
    public DateOnly? ClosedDate { get; init; }

    public long? ClosedEntries { get; init; }

    /// <summary>What an edit of a product says.</summary>
    public EntryEdit? Edit { get; init; }

    public string? CashMovement { get; init; }

    public MoneyValue? Amount { get; init; }

    public MoneyValue? Total { get; init; }

    public IReadOnlyList<EntryTender>? Tenders { get; init; }

    public IReadOnlyList<EntryLine>? Lines { get; init; }
}
