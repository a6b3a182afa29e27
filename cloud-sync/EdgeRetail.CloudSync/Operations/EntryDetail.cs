namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// One entry as the journal holds it: what was received from whom, what its bytes say, what became of it, and every effect it
/// had. Its content is null where the bytes cannot be read; unreadable then says why.
/// </summary>
public sealed record EntryDetail(
    Guid EntryId,
    int StoreId,
    string? StoreName,
    int DeviceId,
    string? DeviceCode,
    Guid StreamId,
    long Sequence,
    string Kind,
    int SchemaVersion,
    string Disposition,
    EntryQuarantine? Quarantine,
    DateTimeOffset ReceivedAt,
    long ReceivedAtVersion,
    long? MergedAtVersion,
    DateTimeOffset EffectiveTime,
    string EffectiveTimeSource,
    DateOnly? BusinessDate,
    string Hash,
    int SizeBytes,
    EntryContent? Content,
    EntryUnreadable? Unreadable,
    IReadOnlyList<EntryEffect> Effects,
    IReadOnlyList<int> AlsoInStores)
{
    /// <summary>The device's clock was further ahead of the receipt than is believed of any: CLOCK_AHEAD. The effective time is not by it.</summary>
    public bool ClockAhead { get; init; }

    public const string Merged = "merged";
    public const string Quarantined = "quarantined";
}
