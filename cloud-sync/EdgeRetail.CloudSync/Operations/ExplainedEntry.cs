namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// What one entry said of the product (moved by, or counted) and what it did to on hand. <see cref="IsLate"/>: a count
/// after it in effective time had arrived before it, so it changed nothing.
/// </summary>
public sealed record ExplainedEntry(
    Guid EntryId, string Kind, int DeviceId, string? DeviceCode, DateTimeOffset EffectiveAt, DateTimeOffset ReceivedAt, long Version, decimal? Moved, decimal? Counted, decimal Effect, decimal OnHand, bool IsLate);
