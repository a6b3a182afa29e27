using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// An entry of a batch, decoded and judged by itself, before anything of the store is read. <see cref="FallbackId"/> is
/// derived from the hash alone and serves where <see cref="Id"/> is taken by other bytes.
/// </summary>
public sealed record ArrivedEntry(
    long Sequence,
    EntryId Id,
    EntryId FallbackId,
    Hash256 Hash,
    ReadOnlyMemory<byte> Bytes,
    short Kind,
    short SchemaVersion,
    HybridTimestamp? Hlc,
    DateOnly? BusinessDate,
    IReadOnlyList<StockMovement> Movements,
    QuarantineReason? Quarantine)
{
    /// <summary>The device's wall clock when it recorded the entry, as it stood; null where the bytes say none.</summary>
    public WallReading? Wall { get; init; }

    /// <summary>What it says was there, where it is a count.</summary>
    public IReadOnlyList<StockCount> Counts { get; init; } = [];

    /// <summary>What the bytes say; null where the entry cannot be merged.</summary>
    public Entry? Content { get; init; }

    /// <summary>What it says about a field of a product, where it is an edit.</summary>
    public ProductEdit? Edit { get; init; }

    /// <summary>How many effects merging it writes: one per product, one without product where it touches no stock.</summary>
    public int EffectCount => Quarantine is null ? Math.Max(1, Movements.Count + Counts.Count) : 1;
}
