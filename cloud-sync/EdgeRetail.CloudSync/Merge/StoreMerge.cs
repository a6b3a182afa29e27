using System.Collections.ObjectModel;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Merge;

/// <summary>
/// Merges a device's entries into one store, in memory and without a clock or a database of its own: what is known goes in
/// (journal rows under the entries' ids, stock of their products, what moved after the counts among them, the device and its last
/// effective time, what is agreed about its clock in which boot, the time of receipt), what is to be written comes out. An entry
/// seen before does nothing again, whatever stream or sequence it comes under.
/// </summary>
public sealed class StoreMerge
{
    public const string IdConflictCode = "ENTRY_ID_CONFLICT";
    public const string OverflowCode = "STOCK_OVERFLOW";

    readonly StockFold fold;
    readonly Dictionary<EntryId, KnownEntry> known;
    readonly DeviceId device;
    readonly StreamId stream;
    readonly long receivedAtMs;
    readonly IReadOnlyDictionary<ulong, long> clockOffsets;
    HybridTimestamp predecessor;

    public StoreMerge(
        StockFold fold, IEnumerable<KeyValuePair<EntryId, KnownEntry>> known, DeviceId device, StreamId stream, HybridTimestamp predecessor, long receivedAtMs, IReadOnlyDictionary<ulong, long>? clockOffsets = null)
    {
        this.clockOffsets = clockOffsets ?? ReadOnlyDictionary<ulong, long>.Empty;
        this.fold = fold;
        this.known = new(known);
        this.device = device;
        this.stream = stream;
        this.predecessor = predecessor;
        this.receivedAtMs = receivedAtMs;
    }

    /// <summary>The store's version after what was merged so far.</summary>
    public long Version => fold.Version;

    /// <summary>The stock checksum of the store at <see cref="Version"/>.</summary>
    public StockChecksum Checksum => fold.Checksum;

    /// <summary>The effective time of the last entry that went into the journal.</summary>
    public HybridTimestamp LastEffectiveTime => predecessor;

    /// <summary>The registers that were given or edited. Whoever merges edits gives what is stored of theirs.</summary>
    public RegisterFold Registers { get; init; } = new(default, EditPolicies.None);

    /// <summary>Stock of the products that were given or moved.</summary>
    public IReadOnlyDictionary<ProductCode, ProductStock> Stock => fold.Stock;

    /// <summary>
    /// The counts among the entries that will hold when they are merged, later in effective time than what their products were
    /// counted at. Whoever merges the entries gives each to <see cref="Expect"/> before, with what moved after it.
    /// </summary>
    public List<ArrivingCount> ArrivingCounts(IEnumerable<ArrivedEntry> entries)
    {
        var all = entries.ToList();
        var counted = all.Where(entry => entry.Counts.Count > 0).ToDictionary(entry => entry.Sequence, entry => entry.Counts);
        if (counted.Count == 0) return [];
        // Merged without what they do, the entries still get their times.
        return [.. from row in Copy().Merge(all.Select(entry => entry with { Movements = [], Counts = [], Edit = null })).Journal
            where row.Quarantine is null && counted.ContainsKey(row.Entry.Sequence)
            let instant = new EffectiveInstant(row.EffectiveTime.At, device, row.Id)
            from count in counted[row.Entry.Sequence]
            where Stock.GetValueOrDefault(count.Product).Counted is not { } latest || latest.CompareTo(instant) < 0
            select new ArrivingCount(count.Product, instant, 0)];
    }

    /// <summary>Announces a count among the entries that are merged next.</summary>
    public void Expect(ArrivingCount count) => fold.Expect(count);

    /// <summary>Merges the entries in the order of their sequences.</summary>
    public MergedEntries Merge(IEnumerable<ArrivedEntry> entries)
    {
        var merged = new MergedEntries();
        foreach (var entry in entries) Merge(entry, merged);
        return merged;
    }

    /// <summary>An independent merge at the same point, to try something on.</summary>
    public StoreMerge Copy() => new(fold.Copy(), known, device, stream, predecessor, receivedAtMs, clockOffsets) { Registers = Registers.Copy() };

    void Merge(ArrivedEntry entry, MergedEntries merged)
    {
        if (!known.TryGetValue(entry.Id, out var earlier))
        {
            Journal(entry, entry.Id, entry.Quarantine, merged);
        }
        else if (earlier.Hash == entry.Hash)
        {
            Repeat(entry, entry.Id, earlier, idConflict: false, merged);
        }
        else if (known.TryGetValue(entry.FallbackId, out var sameBytes) && sameBytes.Hash == entry.Hash)
        {
            Repeat(entry, entry.FallbackId, sameBytes, idConflict: true, merged);
        }
        else
        {
            merged.Sequences.Add(new(entry.Sequence, entry.FallbackId, entry.Hash, IdConflict: true));
            Journal(entry, entry.FallbackId, new(IdConflictCode, $"The id {entry.Id} is taken by other bytes; this entry is kept under {entry.FallbackId}."), merged);
        }
    }

    void Journal(ArrivedEntry entry, EntryId id, QuarantineReason? quarantine, MergedEntries merged)
    {
        var effective = EffectiveTime.Of(entry.Hlc, Corrected(entry), predecessor, receivedAtMs);
        predecessor = effective.At;
        if (quarantine is null && !TryMerge(entry, new(effective.At, device, id), merged.Effects))
            quarantine = new(OverflowCode, "The on hand of a product would leave the range of 64 bits.");
        if (quarantine is not null)
        {
            fold.Quarantine(id, merged.Effects);
            merged.Outcomes.Add(new EntryOutcome.Quarantined(entry.Sequence, quarantine.Code));
        }

        known[id] = new(entry.Hash, stream, entry.Sequence, quarantine?.Code);
        merged.Journal.Add(new(entry, id, fold.Version, effective, quarantine));
    }

    bool TryMerge(ArrivedEntry entry, EffectiveInstant instant, List<StockEffect> effects)
    {
        if (!(entry.Counts.Count > 0 ? fold.TryCount(instant, entry.Counts, effects) : fold.TryMerge(instant, entry.Movements, effects))) return false;
        if (entry.Edit is { } edit) Registers.Merge(new(edit.Product, edit.Field), new(instant, edit.Value, edit.BasedOn), fold.Version, Registers.PolicyVersion);
        return true;
    }

    /// <summary>The wall time as it would have been on the cloud's clock; null where nothing is agreed about the entry's boot.</summary>
    long? Corrected(ArrivedEntry entry) => entry.Wall is { } wall && clockOffsets.TryGetValue(wall.BootId, out var offset) ? wall.TimeMs - offset : null;

    static void Repeat(ArrivedEntry entry, EntryId id, KnownEntry earlier, bool idConflict, MergedEntries merged)
    {
        merged.Sequences.Add(new(entry.Sequence, id, entry.Hash, idConflict));
        merged.Outcomes.Add(earlier.QuarantineCode is { } code ? new EntryOutcome.Quarantined(entry.Sequence, code) : new EntryOutcome.Duplicate(entry.Sequence));
    }
}
