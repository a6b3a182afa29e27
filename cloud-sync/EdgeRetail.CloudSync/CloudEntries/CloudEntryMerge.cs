using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Wire;

namespace EdgeRetail.CloudSync.CloudEntries;

/// <summary>
/// Gives cloud entries of one store their place, in memory: the next sequence and chain hash of the store's stream, the next
/// store version with its effects by the same fold as ingest, and an effective time above the one before. What is given in
/// was read under the store head's lock. No I/O.
/// </summary>
sealed class CloudEntryMerge(CloudStanding standing, StockFold fold, StoreId store, StreamId stream)
{
    readonly List<CloudEntry> entries = [];
    readonly List<StockEffect> effects = [];
    HybridTimestamp last = standing.LastEffectiveTime;
    long sequence = standing.AppliedThrough;

    public StreamId Stream => stream;

    public ChainHash Chain { get; private set; } = standing.AppliedChain ?? ChainHash.Start(stream);

    public long AppliedThrough => sequence;

    public HybridTimestamp LastEffectiveTime => last;

    public IReadOnlyList<CloudEntry> Entries => entries;

    public List<StockEffect> Effects => effects;

    public StockFold Fold => fold;

    /// <summary>
    /// Null, and nothing changed, where a product's on hand would leave 64 bits. What moves counts as having moved when the
    /// settled entry did, so a count that was made since has seen it; a void moves nothing and is of now.
    /// </summary>
    public CloudEntry? TryAppend(string actor, QuarantinedEntry settles, SettlementKind settlement, IReadOnlyList<StockMovement> movements, Func<EntryHeader, Entry> make)
    {
        var now = EffectiveTime.Of(new(standing.NowMs, 0), null, last, standing.NowMs);
        var effective = settlement == SettlementKind.Voided ? now : settles.EffectiveTime;
        var entry = make(Header(actor, now.At));
        var encoded = EntryCodec.Encode(entry);
        if (!fold.TryMerge(new(effective.At, entry.Header.Device, encoded.Id), movements, effects)) return null;

        last = now.At;
        sequence++;
        Chain = Chain.Append(sequence, encoded.Hash);
        var appended = new CloudEntry(encoded, entry, sequence, fold.Version, effective) { Settles = settles.Id, Settlement = settlement };
        entries.Add(appended);
        return appended;
    }

    /// <summary>Appends an edit and merges it into its register, which the fold was given. It moves no stock.</summary>
    public CloudEntry AppendEdit(string actor, RegisterFold registers, Func<EntryHeader, Entry> make)
    {
        var now = EffectiveTime.Of(new(standing.NowMs, 0), null, last, standing.NowMs);
        var entry = make(Header(actor, now.At));
        var encoded = EntryCodec.Encode(entry);
        var instant = new EffectiveInstant(now.At, entry.Header.Device, encoded.Id);
        var edit = ProductEdit.Of(entry) ?? throw new ArgumentException($"{entry.Kind} edits nothing.", nameof(make));
        fold.TryMerge(instant, [], effects);
        registers.Merge(new(edit.Product, edit.Field), RegisterTables.EditOf(entry, instant)!, fold.Version, registers.PolicyVersion);
        last = now.At;
        sequence++;
        Chain = Chain.Append(sequence, encoded.Hash);
        var appended = new CloudEntry(encoded, entry, sequence, fold.Version, now) { PolicyVersion = registers.PolicyVersion };
        entries.Add(appended);
        return appended;
    }

    EntryHeader Header(string actor, HybridTimestamp at) => new(
        store, 0, new(0), actor, at, DateTimeOffset.FromUnixTimeMilliseconds(standing.NowMs), 0, 0, ClockQuality.Trusted, BusinessDate(), "");

    DateOnly BusinessDate()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(standing.NowMs);
        var local = TimeZoneInfo.TryFindSystemTimeZoneById(standing.TimeZone, out var zone) ? TimeZoneInfo.ConvertTime(now, zone) : now;
        return DateOnly.FromDateTime(local.DateTime - TimeSpan.FromMinutes(standing.DayCutOffMinutes));
    }
}
