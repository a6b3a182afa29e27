using System.Collections.Immutable;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Shop;
using ClockQuality = EdgeRetail.Contracts.Entries.ClockQuality;
using FeedCursor = EdgeRetail.EdgeAgent.Cache.FeedCursor;
using ReceiptNumber = EdgeRetail.Contracts.Identifiers.ReceiptNumber;
using GoodsReceived = EdgeRetail.Contracts.Entries.GoodsReceived;
using SaleLine = EdgeRetail.Contracts.Entries.SaleLine;
using SaleRecorded = EdgeRetail.Contracts.Entries.SaleRecorded;
using StockAdjusted = EdgeRetail.Contracts.Entries.StockAdjusted;
using StockLine = EdgeRetail.Contracts.Entries.StockLine;
using Tender = EdgeRetail.Contracts.Entries.Tender;
using TenderKind = EdgeRetail.Contracts.Entries.TenderKind;

namespace EdgeRetail.Simulation.Devices;

/// <summary>A device's stores in memory, as the protocol has them: what is synced survives a power cut, the rest may not.</summary>
sealed class ModelDisk : IDeviceDisk
{
    readonly MachineClock clock;
    readonly SimulationOptions options;

    /// <summary>States since the last synced write, oldest first; the newest is the present.</summary>
    readonly List<DiskState> unsynced = [];
    DiskState state;

    public ModelDisk(MachineClock clock, SimulationOptions options, DeviceEnrolment enrolment)
        : this(clock, options, Enrolled(enrolment))
    {
    }

    public ModelDisk(MachineClock clock, SimulationOptions options, DiskState state)
    {
        this.clock = clock;
        this.options = options;
        this.state = state;
    }

    public DeviceIdentity Identity => state.Identity;

    public StreamId Stream => state.Stream;

    public long LastSequence => state.LastSequence;

    public long AcknowledgedThrough => state.AcknowledgedThrough;

    public FeedCursor StoreCursor => state.StoreCursor;

    public long OldestRetained => Math.Max(1, state.PrunedThrough + 1 - state.BasePosition);

    static DiskState Enrolled(DeviceEnrolment enrolment) => new(
        IdentityOf(enrolment), enrolment.Stream, 0, [], 0, [ChainHash.Start(enrolment.Stream)], 0, 0, 1, default, 0, null, default,
        FeedCursor.Start, ImmutableSortedDictionary<ProductCode, long>.Empty, [], null);

    static DeviceIdentity IdentityOf(DeviceEnrolment enrolment) => new(
        enrolment.Device, enrolment.DeviceCode, enrolment.Store, enrolment.AssignmentVersion, enrolment.StoreName, enrolment.Currency, enrolment.TimeZone,
        enrolment.DayCutOffMinutes, enrolment.SettingsVersion, enrolment.CloudAddress.ToString(), enrolment.ReceiptSeries);

    public HelloState State() => new(
        state.Identity, state.Stream, state.LastSequence, state.Chain[^1], state.AcknowledgedThrough, state.Chain[(int)state.AcknowledgedThrough], state.DurableThrough, OldestRetained,
        state.StoreCursor, FeedCursor.Start, state.Incarnation, state.Token, state.NextReceiptNumber - 1, new(state.LastSequence - state.AcknowledgedThrough, null),
        state.Pending.Count, 0, Reading())
    {
        Fork = state.Fork,
    };

    /// <summary>As the device's clock reads: a wall clock before the last good time is not believed.</summary>
    ClockReading Reading()
    {
        var wall = clock.Wall.ToUnixTimeMilliseconds();
        var trusted = wall >= Math.Max(MachineClock.Beginning.ToUnixTimeMilliseconds(), state.LastGoodTimeMilliseconds - (long)ProtocolLimits.ClockBound.TotalMilliseconds);
        return new(
            DateTimeOffset.FromUnixTimeMilliseconds(wall), trusted ? wall : Math.Max(state.LastGoodTimeMilliseconds, state.Hlc.Milliseconds), clock.BootId, clock.MonotonicMilliseconds,
            trusted ? ClockQuality.Trusted : ClockQuality.Untrusted);
    }

    public Recorded Record(Draft draft)
    {
        var reading = Reading();
        var hlc = HybridClock.Send(state.Hlc, reading.PhysicalMilliseconds);
        var identity = state.Identity;
        var header = new EntryHeader(
            identity.Store, identity.AssignmentVersion, identity.Device, "ann", hlc, reading.WallTime, reading.BootId, reading.MonotonicMilliseconds, reading.Quality,
            DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(reading.PhysicalMilliseconds).DateTime), "none",
            SchemaVersion: draft.Poison ? ProtocolLimits.EntrySchemaVersion + 1 : ProtocolLimits.EntrySchemaVersion);
        var receipt = new ReceiptNumber(identity.DeviceCode, identity.ReceiptSeries, state.NextReceiptNumber);
        var entry = EntryOf(draft, header, receipt, identity.Currency);
        var encoded = EntryCodec.Encode(entry);
        var sequence = state.LastSequence + 1;
        Write(synced: true, state with
        {
            Entries = state.Entries.Add(new(encoded.Id, identity.Store, encoded.Bytes, encoded.Hash, StockMovements.Of(entry))),
            Chain = state.Chain.Add(state.Chain[^1].Append(sequence, encoded.Hash)),
            Pending = state.Pending.Add(state.BasePosition + sequence),
            Hlc = hlc,
            NextReceiptNumber = state.NextReceiptNumber + (draft.TakesReceipt ? 1 : 0),
            LastGoodTimeMilliseconds = reading.Quality == ClockQuality.Trusted ? Math.Max(state.LastGoodTimeMilliseconds, reading.PhysicalMilliseconds) : state.LastGoodTimeMilliseconds,
        });
        return new(encoded.Id, encoded.Bytes, identity.Device, identity.Store, draft.TakesReceipt ? receipt : null);
    }

    static Entry EntryOf(Draft draft, EntryHeader header, ReceiptNumber receipt, Currency currency)
    {
        switch (draft.Kind)
        {
            case DraftKind.Sale:
                var lines = draft.Lines.Select(line => new SaleLine(
                    line.Product, new(line.Thousandths, Unit.Each), new(line.PriceMinor * line.Thousandths / 1000, currency), new(line.PriceMinor, currency), 0, "goods", UnknownProduct: true)).ToArray();
                var total = new Money(lines.Sum(line => line.Amount.MinorUnits), currency);
                return new SaleRecorded(header, receipt, lines, total, [new Tender(TenderKind.Cash, total)]);
            case DraftKind.GoodsReceived:
                return new GoodsReceived(header, "", [.. draft.Lines.Select(line => new StockLine(line.Product, new(line.Thousandths, Unit.Each)))]);
            case DraftKind.Adjustment:
                return new StockAdjusted(header, draft.Lines[0].Product, new(draft.Lines[0].Thousandths, Unit.Each), EdgeRetail.Contracts.Entries.AdjustmentReason.Correction, "");
            default: throw new ArgumentOutOfRangeException(nameof(draft), draft.Kind, "Nobody records this.");
        }
    }

    public SyncInput? Carry(SyncEffect effect)
    {
        switch (effect)
        {
            case SyncEffect.ReadOutbox read: return new SyncInput.OutboxRead(ReadBatch(read));
            case SyncEffect.ReadChain read: return new SyncInput.ChainRead(read.Sequence, ChainAt(read.Sequence));
            case SyncEffect.PersistWelcome(var welcome): return Persist(welcome);
            case SyncEffect.PersistAcknowledgement acknowledgement: return Persist(acknowledgement);
            case SyncEffect.ApplyPage(var page): return Apply(page);
            case SyncEffect.ReadFigures:
                return new SyncInput.FiguresRead(new(
                    state.LastSequence, state.LastSequence - state.AcknowledgedThrough, null, state.Pending.Count, 1L << 30, 0, clock.Wall));
            default: return null;
        }
    }

    public ChainHash? ChainAt(long sequence) => sequence >= 0 && sequence < state.Chain.Length ? state.Chain[(int)sequence] : null;

    OutboxBatch? ReadBatch(SyncEffect.ReadOutbox read)
    {
        if (read.AfterSequence >= state.LastSequence) return null;
        var entries = new List<ReadOnlyMemory<byte>>();
        var store = state.At(state.BasePosition + read.AfterSequence + 1).Store;
        for (var sequence = read.AfterSequence + 1; sequence <= state.LastSequence && entries.Count < read.EntriesMax; sequence++)
        {
            var entry = state.At(state.BasePosition + sequence);
            if (entry.Store != store) break;
            entries.Add(entry.Bytes);
        }

        return new(state.Stream, store, read.AfterSequence + 1, state.Chain[(int)read.AfterSequence], entries, state.Chain[(int)read.AfterSequence + entries.Count]);
    }

    SyncInput Persist(SessionWelcome welcome)
    {
        var next = WithTime(welcome) with { Incarnation = welcome.Incarnation, Token = welcome.Token.ToArray() };
        if (welcome.Opening is { } opening)
        {
            if (welcome.Stream == state.Stream || welcome.AppliedThrough != 0) return Forked("The cloud calls a stream new that is not.");
            Write(synced: true, WithSettings(Restamped(next, welcome.Stream, opening), welcome.Settings));
            return new SyncInput.WelcomeStored(State());
        }

        if (welcome.Stream != state.Stream) return Forked("The cloud speaks of another stream.");
        if (ChainAt(welcome.AppliedThrough) is not { } own || own != welcome.AppliedChain) return Forked("The cloud has other content.");
        Write(synced: true, WithSettings(next with { AcknowledgedThrough = welcome.AppliedThrough, DurableThrough = Math.Min(welcome.DurableThrough, welcome.AppliedThrough) }, welcome.Settings));
        return new SyncInput.WelcomeStored();
    }

    static SyncInput.StoreRefused Forked(string detail) => new("LEDGER_FORKED", detail, SyncRetry.Hello) { Fork = new("LEDGER_FORKED", detail) };

    /// <summary>Everything retained under the new stream; positions stay, and so does what is pending.</summary>
    DiskState Restamped(DiskState next, StreamId stream, StreamOpening opening)
    {
        if (!options.Has(ProtocolRule.RestampAll)) next = PrunedTo(next, next.BasePosition + next.AcknowledgedThrough);
        var chain = ImmutableArray.CreateBuilder<ChainHash>(next.Entries.Length + 1);
        chain.Add(ChainHash.Start(stream));
        foreach (var entry in next.Entries) chain.Add(chain[^1].Append(chain.Count, entry.Hash));
        return next with
        {
            Stream = stream,
            BasePosition = next.PrunedThrough,
            Chain = chain.ToImmutable(),
            AcknowledgedThrough = 0,
            DurableThrough = 0,
            NextReceiptNumber = 1,
            Identity = next.Identity with { ReceiptSeries = opening.ReceiptSeries },
            Fork = null,
            Pending = options.Has(ProtocolRule.CarriedCoverage) ? next.Pending : [.. Enumerable.Range(1, next.Entries.Length).Select(index => next.PrunedThrough + index)],
        };
    }

    DiskState WithTime(SessionWelcome welcome)
    {
        var server = welcome.ServerTime.ToUnixTimeMilliseconds();
        var hlc = state.Hlc.Milliseconds > server + (long)ProtocolLimits.ClockBound.TotalMilliseconds ? new HybridTimestamp(server, 0) : state.Hlc;
        if (HybridClock.TryReceive(hlc, welcome.Hlc, server, ProtocolLimits.ClockBound, out var merged)) hlc = merged;
        return state with { Hlc = hlc, LastGoodTimeMilliseconds = server };
    }

    static DiskState WithSettings(DiskState next, StoreSettings? settings)
    {
        if (settings is null) return next;
        var moved = settings.Store != next.Identity.Store;
        return next with
        {
            Identity = next.Identity with { Store = settings.Store, AssignmentVersion = settings.AssignmentVersion, StoreName = settings.StoreName, SettingsVersion = settings.Version, DeviceCode = settings.DeviceCode },
            StoreCursor = moved ? FeedCursor.Start : next.StoreCursor,
            Cache = moved ? next.Cache.Clear() : next.Cache,
        };
    }

    SyncInput Persist(SyncEffect.PersistAcknowledgement acknowledgement)
    {
        var through = acknowledgement.AppliedThrough;
        if (through < state.AcknowledgedThrough) return new SyncInput.StoreRefused("CLOUD_WENT_BACK", "The cloud had acknowledged more.", SyncRetry.Hello);
        if (ChainAt(through) != acknowledgement.AppliedChain) return Forked("The cloud has other content.");
        var next = state with { AcknowledgedThrough = through, DurableThrough = Math.Clamp(acknowledgement.DurableThrough, state.DurableThrough, through) };
        if (!options.Has(ProtocolRule.OwnMarker)) next = next with { Pending = [.. next.Pending.Where(position => position > next.BasePosition + through)] };
        Write(synced: false, next);
        return new SyncInput.AcknowledgementStored(through);
    }

    SyncInput Apply(Page page)
    {
        try
        {
            return Apply(PageReader.ReadStorePage(page, state.Stream));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return new SyncInput.StoreRefused("CLOUD_MESSAGE_INVALID", e.Message, SyncRetry.BackOff);
        }
    }

    SyncInput Apply(StorePage page)
    {
        if (page.Store != state.Identity.Store) return new SyncInput.StoreRefused("PAGE_OF_OTHER_STORE", "The page is another store's.", SyncRetry.Hello);
        if (page.FromVersion != state.StoreCursor.Version) return new SyncInput.StoreRefused("PAGE_OUT_OF_ORDER", "The page does not begin where the cache stands.", SyncRetry.Hello);
        if (page.Marker is { } marker && (marker.Stream != state.Stream || ChainAt(marker.AppliedThrough) != marker.AppliedChain))
            return new SyncInput.StoreRefused("CHAIN_MISMATCH", "The marker is of other content.", SyncRetry.Hello);

        var next = WithRows(state, page.Rows, byId: options.Has(ProtocolRule.CoverageById)) with { StoreCursor = new(page.ToVersion, page.Hash) };
        if (page.Marker is { } own && options.Has(ProtocolRule.OwnMarker))
            next = next with { Pending = [.. next.Pending.Where(position => position > next.BasePosition + own.AppliedThrough || next.At(position).Store != page.Store)] };
        var covered = state.Pending.Count - next.Pending.Count;
        Write(synced: false, next);
        return new SyncInput.PageStored(FeedKind.Store, page.ToVersion, covered);
    }

    static DiskState WithRows(DiskState next, IReadOnlyList<EffectRow> rows, bool byId)
    {
        var cache = next.Cache.ToBuilder();
        foreach (var row in rows)
        {
            if (row.Product is { } product) cache[product] = row.OnHandThousandths;
        }

        if (!byId) return next with { Cache = cache.ToImmutable() };
        var named = rows.Select(row => row.Entry).ToHashSet();
        return next with { Cache = cache.ToImmutable(), Pending = next.Pending.Except(next.Pending.Where(position => named.Contains(next.At(position).Id))) };
    }

    public void Reload(CacheReload reload)
    {
        if (reload.Store != state.Identity.Store) return;
        // Every retained own entry of the store that the new cache does not contain is pending again, the others are not.
        var own = ImmutableSortedSet.CreateBuilder<long>();
        for (var index = 0; index < state.Entries.Length; index++) own.Add(state.PrunedThrough + 1 + index);
        var pending = state.Pending.Union(own.Where(position => state.At(position).Store == reload.Store));
        Write(synced: true, WithRows(state with { Cache = state.Cache.Clear(), Pending = pending }, reload.Rows, byId: true) with { StoreCursor = reload.Cursor });
    }

    /// <summary>Forgets the prefix that is durable and covered by the cache.</summary>
    public void Prune()
    {
        var through = state.BasePosition + (options.Has(ProtocolRule.RetainUntilDurable) ? state.DurableThrough : state.AcknowledgedThrough);
        if (!state.Pending.IsEmpty) through = Math.Min(through, state.Pending[0] - 1);
        if (through > state.PrunedThrough) Write(synced: true, PrunedTo(state, through));
    }

    static DiskState PrunedTo(DiskState next, long position)
    {
        if (position <= next.PrunedThrough) return next;
        return next with
        {
            Entries = next.Entries.RemoveRange(0, (int)(position - next.PrunedThrough)),
            PrunedThrough = position,
            Pending = [.. next.Pending.Where(pending => pending > position)],
        };
    }

    public IEnumerable<OwnEntry> Own()
    {
        var position = state.PrunedThrough;
        var pending = state.Pending.ToHashSet();
        foreach (var entry in state.Entries) yield return new(entry.Id, entry.Store, pending.Contains(++position));
    }

    public IReadOnlyDictionary<ProductCode, long> Cached() => state.Cache;

    public IReadOnlyDictionary<ProductCode, long> Pending()
    {
        var sums = new SortedDictionary<ProductCode, long>();
        foreach (var position in state.Pending)
        {
            var entry = state.At(position);
            if (entry.Store != state.Identity.Store) continue;
            foreach (var movement in entry.Movements) sums[movement.Product] = sums.GetValueOrDefault(movement.Product) + movement.DeltaThousandths;
        }

        return sums;
    }

    public DiskImage TakeImage() => new ModelDiskImage(state);

    public void Put(DiskImage image)
    {
        unsynced.Clear();
        state = ((ModelDiskImage)image).State;
    }

    public void LosePower(double share)
    {
        if (unsynced.Count > 0) state = unsynced[(int)(share * unsynced.Count)];
        unsynced.Clear();
    }

    public void Adopt(DeviceEnrolment enrolment)
    {
        var moved = enrolment.Store != state.Identity.Store;
        Write(synced: true, state with
        {
            Identity = IdentityOf(enrolment),
            NextReceiptNumber = 1,
            Token = default,
            Fork = new("ENROLLED_AGAIN", "The ledger is another device's now."),
            StoreCursor = moved ? FeedCursor.Start : state.StoreCursor,
            Cache = moved ? state.Cache.Clear() : state.Cache,
        });
    }

    public void Dispose()
    {
    }

    void Write(bool synced, DiskState next)
    {
        if (IsFull) throw new DiskFullException();
        if (synced) unsynced.Clear();
        else unsynced.Add(state);
        state = next;
    }

    /// <summary>While true every write is refused.</summary>
    public bool IsFull { get; set; }
}
