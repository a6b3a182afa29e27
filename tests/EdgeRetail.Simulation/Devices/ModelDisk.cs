using System.Collections.Immutable;
using System.Globalization;
using EdgeRetail.Contracts;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.Contracts.Wire;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Health;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Schedule;
using EdgeRetail.Simulation.Shop;
using ClockQuality = EdgeRetail.Contracts.Entries.ClockQuality;
using FeedCursor = EdgeRetail.EdgeAgent.Cache.FeedCursor;
using ReceiptNumber = EdgeRetail.Contracts.Identifiers.ReceiptNumber;
using StreamOpening = EdgeRetail.EdgeAgent.Ledger.StreamOpening;

namespace EdgeRetail.Simulation.Devices;

/// <summary>A device's stores in memory, as the product's are: what is synced survives a power cut, the rest may not.</summary>
sealed class ModelDisk : IDeviceDisk
{
    // The tag and length that a batch adds to each entry.
    const int FramingBytes = 4;

    static readonly BusinessCalendar Calendar = new(Shops.TimeZone, Shops.DayCutOffMinutes, new AgentOptions("").TimeZoneDirectory);

    readonly MachineClock time;
    readonly SimulationOptions options;
    readonly Chance series;

    /// <summary>States since the last synced write, oldest first; the newest is the present.</summary>
    readonly List<DiskState> unsynced = [];
    DiskState state;

    /// <summary>The side file: how far the ledger had come when something was last said to be recorded.</summary>
    HighWaterMark? highWater;

    // What was read last, for whoever asks again.
    ((ImmutableArray<DiskEntry>, ImmutableSortedSet<long>) Of, OwnEntry[] Entries) own;
    (ImmutableSortedDictionary<ProductCode, StockRow>? Of, Dictionary<ProductCode, long> Figures) cached = (null, []);

    // The running program's memory.
    DeviceClock clock;
    HybridTimestamp hlcAtStart;
    ResyncProgress? resync;
    DateTimeOffset? checkedAt;

    public ModelDisk(MachineClock time, SimulationOptions options, Chance series, DeviceEnrolment enrolment)
        : this(time, options, series, new ModelDiskImage(Enrolled(enrolment), null, 0))
    {
    }

    public ModelDisk(MachineClock time, SimulationOptions options, Chance series, ModelDiskImage image)
    {
        this.time = time;
        this.options = options;
        this.series = series;
        (state, highWater, Release) = (image.State, image.HighWater, image.Release);
        clock = NewClock();
    }

    public DeviceIdentity Identity => state.Identity;

    public StreamId Stream => state.Stream;

    public long LastSequence => state.LastSequence;

    public long AcknowledgedThrough => state.AcknowledgedThrough;

    public FeedCursor StoreCursor => state.StoreCursor;

    public long OldestRetained => Math.Max(1, state.PrunedThrough + 1 - state.BasePosition);

    public bool IsFull { get; set; }

    public int Release { get; private set; }

    static DiskState Enrolled(DeviceEnrolment enrolment) => new(
        IdentityOf(enrolment), enrolment.Stream, [], 0, [], 0, [ChainHash.Start(enrolment.Stream)], 0, 0, 1, default, 0, null, default,
        FeedCursor.Start, 1, ImmutableSortedDictionary<StockPart, ImmutableSortedDictionary<ProductCode, StockRow>>.Empty, null, [], [], null);

    static DeviceIdentity IdentityOf(DeviceEnrolment enrolment) => new(
        enrolment.Device, enrolment.DeviceCode, enrolment.Store, enrolment.AssignmentVersion, enrolment.StoreName, enrolment.Currency, enrolment.TimeZone,
        enrolment.DayCutOffMinutes, enrolment.SettingsVersion, enrolment.CloudAddress.ToString(), enrolment.ReceiptSeries);

    public void Start()
    {
        Open();
        clock = NewClock();
        hlcAtStart = state.Hlc;
        (resync, checkedAt) = (null, null);
    }

    /// <summary>A ledger behind its side file asks for a new stream, and numbers receipts in a series of its own until there is one.</summary>
    void Open()
    {
        if (highWater is { } mark && mark.Device == state.Identity.Device && IsRolledBack(mark))
        {
            Write(synced: true, state with
            {
                Fork = state.Fork ?? new(LocalRollback.Code, "The ledger is behind what had been recorded."),
                Identity = state.Identity with { ReceiptSeries = ProvisionalSeries.Draw(series.Below, drawn => state.Entries.Any(entry => entry.ReceiptSeries == drawn)) },
                NextReceiptNumber = 1,
            });
        }

        KeepHighWater();
    }

    bool IsRolledBack(HighWaterMark mark)
    {
        if (mark.Stream != state.Stream) return !state.ClosedStreams.Contains(mark.Stream);
        if (state.LastSequence < mark.Sequence) return true;
        return ChainAt(mark.Sequence) is { } own && own != mark.Chain;
    }

    /// <summary>The mark moves where it does not say as much already.</summary>
    void KeepHighWater()
    {
        var position = state.BasePosition + state.LastSequence;
        if (highWater is { } mark && mark.Stream == state.Stream && mark.Device == state.Identity.Device && mark.Position >= position
            && mark.ReceiptSeries == state.Identity.ReceiptSeries && mark.NextReceiptNumber >= state.NextReceiptNumber && (mark.Position > position || mark.Chain == state.Chain[^1])) return;
        highWater = new(state.Identity.Device, state.Stream, state.LastSequence, state.Chain[^1], position, state.Identity.ReceiptSeries, state.NextReceiptNumber);
    }

    DeviceClock NewClock() => new(time.BootId, MachineClock.BuildTime, time, () => state.LastGoodTimeMilliseconds);

    public HelloState State() => new(
        state.Identity, state.Stream, state.LastSequence, state.Chain[^1], state.AcknowledgedThrough, state.Chain[(int)state.AcknowledgedThrough], state.DurableThrough, OldestRetained,
        state.StoreCursor, FeedCursor.Start, state.Incarnation, state.Token, state.NextReceiptNumber - 1, new(state.LastSequence - state.AcknowledgedThrough, null),
        state.Pending.Count, state.Drifted, clock.Read())
    {
        Fork = state.Fork,
        ClockOffsets = [.. state.Offsets.Select(kept => kept.Offset)],
    };

    // ---- Recording

    public Recorded Record(Draft draft)
    {
        var reading = clock.Read(state.LastGoodTimeMilliseconds);
        var hlc = HybridClock.Send(LedgerStore.Believed(state.Hlc, hlcAtStart, reading), reading.PhysicalMilliseconds);
        var identity = state.Identity;
        var header = new EntryHeader(
            identity.Store, identity.AssignmentVersion, identity.Device, Entries.Actor, hlc, reading.WallTime, reading.BootId, reading.MonotonicMilliseconds, reading.Quality,
            Calendar.DateOf(DateTimeOffset.FromUnixTimeMilliseconds(reading.PhysicalMilliseconds)), Calendar.Version);
        var receipt = new ReceiptNumber(identity.DeviceCode, identity.ReceiptSeries, state.NextReceiptNumber);
        var entry = Entries.Of(draft, draft.Poison ? Entries.Poisoned(header) : header, receipt, identity.Currency);
        var encoded = EntryCodec.Encode(entry);
        var sequence = state.LastSequence + 1;
        Write(synced: true, WithCount(state, state.BasePosition + sequence, StockCounts.Of(entry)) with
        {
            Entries = state.Entries.Add(new(encoded.Id, identity.Store, encoded.Bytes, encoded.Hash, StockMovements.Of(entry), StockCounts.Of(entry), draft.TakesReceipt ? receipt.Series : null)),
            Chain = state.Chain.Add(state.Chain[^1].Append(sequence, encoded.Hash)),
            Pending = state.Pending.Add(state.BasePosition + sequence),
            Hlc = hlc,
            NextReceiptNumber = state.NextReceiptNumber + (draft.TakesReceipt ? 1 : 0),
            LastGoodTimeMilliseconds = reading.Quality == ClockQuality.Trusted ? Math.Max(state.LastGoodTimeMilliseconds, reading.PhysicalMilliseconds) : state.LastGoodTimeMilliseconds,
        });
        KeepHighWater();
        return new(encoded.Id, encoded.Bytes, identity.Device, identity.Store, draft.TakesReceipt ? receipt : null);
    }

    // ---- Counts that are pending

    /// <summary>What an entry adds to the view of a product: its movements, or what its count was fixed to.</summary>
    static IEnumerable<(ProductCode Product, long Delta)> AddedBy(DiskState of, long position)
    {
        var entry = of.At(position);
        foreach (var movement in entry.Movements) yield return (movement.Product, movement.DeltaThousandths);
        foreach (var count in entry.Counts) yield return (count.Product, of.CountAdjustments.GetValueOrDefault((position, count.Product)));
    }

    /// <summary>A count at a position, fixed by what is shown of everything before it.</summary>
    static DiskState WithCount(DiskState next, long position, IReadOnlyList<StockCount> counts)
    {
        foreach (var count in counts)
        {
            var shown = next.Cache.GetValueOrDefault(count.Product).OnHand;
            foreach (var before in next.Pending.TakeWhile(pending => pending < position).Where(pending => next.At(pending).Store == next.Identity.Store))
                shown += AddedBy(next, before).Where(added => added.Product == count.Product).Sum(added => added.Delta);
            next = next with { CountAdjustments = next.CountAdjustments.SetItem((position, count.Product), count.CountedThousandths - shown) };
        }

        return next;
    }

    /// <summary>All pending counts against another cache, in order.</summary>
    static DiskState WithCountsFixed(DiskState next)
    {
        foreach (var position in next.Pending)
        {
            if (next.At(position).Store == next.Identity.Store) next = WithCount(next, position, next.At(position).Counts);
        }

        return next;
    }

    /// <summary>Where own entries leave by another figure than they added, the next pending count of the product takes the difference.</summary>
    static DiskState WithDifferences(DiskState next, StorePage page)
    {
        foreach (var row in page.Rows)
        {
            foreach (var position in next.Pending.Where(pending => next.At(pending).Id == row.Entry))
            {
                foreach (var (product, added) in AddedBy(next, position).Where(added => row.Product is null || row.Product == added.Product).ToList())
                {
                    var difference = added - (row.Product is null ? 0 : row.DeltaThousandths);
                    var later = next.Pending.FirstOrDefault(pending => pending > position && next.At(pending).Counts.Any(count => count.Product == product));
                    if (difference == 0 || later == 0) continue;
                    next = next with { CountAdjustments = next.CountAdjustments.SetItem((later, product), next.CountAdjustments.GetValueOrDefault((later, product)) + difference) };
                }
            }
        }

        return next;
    }

    // ---- The session's work

    public SyncInput? Carry(SyncEffect effect)
    {
        if (IsFull && DiskWrites.IsOne(effect)) throw new DiskFullException();
        switch (effect)
        {
            case SyncEffect.ReadOutbox read: return new SyncInput.OutboxRead(ReadBatch(read));
            case SyncEffect.ReadChain read: return new SyncInput.ChainRead(read.Sequence, ChainAt(read.Sequence));
            case SyncEffect.PersistWelcome(var welcome): return Persist(welcome);
            case SyncEffect.PersistAcknowledgement acknowledgement: return Persist(acknowledgement);
            case SyncEffect.ApplyPage(var page): return Apply(page);
            case SyncEffect.LayPage(var page, _) when state.Reading is null: return Apply(page); // shown since
            case SyncEffect.LayPage(var page, var maySwitch): return Lay(page, maySwitch);
            case SyncEffect.OpenSnapshot(var incarnation): return Open(incarnation);
            case SyncEffect.StoreSnapshot(var page): return Add(PageReader.ReadSnapshotPage(page));
            case SyncEffect.ForgetSnapshot:
                Write(synced: false, state with { Reading = null });
                return null;
            case SyncEffect.CheckCache: return Check();
            case SyncEffect.SumCache:
                Write(synced: false, state.Led is null ? state : state with { Led = SumOf(state.Cache) });
                return new SyncInput.CacheSummed();
            case SyncEffect.ReadRange(var after, var rowsMax): return new SyncInput.RangeRead(Range(after, rowsMax));
            case SyncEffect.RepairRange(var page): return Repair(PageReader.ReadSnapshotPage(page));
            case SyncEffect.DropOld: return Drop();
            case SyncEffect.ReadFigures:
                return new SyncInput.FiguresRead(new(
                    state.LastSequence, state.LastSequence - state.AcknowledgedThrough, null, state.Pending.Count, Shops.DiskFreeBytes, state.Drifted, time.GetUtcNow())
                {
                    Resync = resync,
                });
            case SyncEffect.KeepAlive or SyncEffect.Established: return null;
            default: throw new InvalidOperationException($"The model carries out no {effect.GetType().Name}.");
        }
    }

    public ChainHash? ChainAt(long sequence) =>
        sequence == state.LastSequence || sequence == state.AcknowledgedThrough || sequence == 0 || (sequence > 0 && sequence < state.Chain.Length && sequence >= state.PrunedThrough - state.BasePosition)
            ? state.Chain[(int)sequence]
            : null;

    OutboxBatch? ReadBatch(SyncEffect.ReadOutbox read)
    {
        if (read.AfterSequence >= state.LastSequence) return null;
        var entries = new List<ReadOnlyMemory<byte>>();
        var store = state.At(state.BasePosition + read.AfterSequence + 1).Store;
        var bytesLeft = (long)read.BytesMax;
        for (var sequence = read.AfterSequence + 1; sequence <= state.LastSequence && entries.Count < read.EntriesMax; sequence++)
        {
            var entry = state.At(state.BasePosition + sequence);
            bytesLeft -= entry.Bytes.Length + FramingBytes;
            if (entry.Store != store || (bytesLeft < 0 && entries.Count > 0)) break;
            entries.Add(entry.Bytes);
        }

        return new(state.Stream, store, read.AfterSequence + 1, state.Chain[(int)read.AfterSequence], entries, state.Chain[(int)read.AfterSequence + entries.Count]);
    }

    SyncInput Persist(SessionWelcome welcome)
    {
        var (hlc, lastGood) = LedgerStore.TimeAfter(state.Hlc, welcome);
        var next = state with
        {
            Hlc = hlc, LastGoodTimeMilliseconds = lastGood, Incarnation = welcome.Incarnation, Token = welcome.Token.ToArray(), Offsets = WithOffset(state.Offsets, welcome),
        };
        if (welcome.Opening is { } opening)
        {
            if (welcome.Stream == state.Stream || welcome.AppliedThrough != 0) return Forked("The cloud calls a stream new that is not.");
            Write(synced: true, WithSettings(Restamped(next, welcome.Stream, opening), welcome.Settings));
            KeepHighWater();
            clock.Learn(welcome.ServerTime);
            return new SyncInput.WelcomeStored(State());
        }

        if (welcome.Stream != state.Stream) return Forked("The cloud speaks of another stream.");
        if (ChainAt(welcome.AppliedThrough) is not { } own || own != welcome.AppliedChain) return Forked("The cloud has other content.");
        Write(synced: true, WithSettings(next with { AcknowledgedThrough = welcome.AppliedThrough, DurableThrough = Math.Min(welcome.DurableThrough, welcome.AppliedThrough) }, welcome.Settings));
        clock.Learn(welcome.ServerTime);
        return new SyncInput.WelcomeStored();
    }

    static SyncInput.StoreRefused Forked(string detail) => new("LEDGER_FORKED", detail, SyncRetry.Hello) { Fork = new("LEDGER_FORKED", detail) };

    /// <summary>The first offset of a boot stays, and the newest boots'.</summary>
    static ImmutableArray<KeptOffset> WithOffset(ImmutableArray<KeptOffset> offsets, SessionWelcome welcome) =>
        welcome.ClockOffset is not { } agreed || offsets.Any(kept => kept.Offset.BootId == agreed.BootId)
            ? offsets
            : [.. offsets.Add(new(agreed, welcome.ServerTime.ToUnixTimeMilliseconds()))
                .OrderByDescending(kept => kept.AgreedAtMs).ThenBy(kept => unchecked((long)kept.Offset.BootId)).Take(ProtocolLimits.ClockOffsetsMax)];

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
            ClosedStreams = next.ClosedStreams.Add(next.Stream),
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

    static DiskState WithSettings(DiskState next, StoreSettings? settings)
    {
        if (settings is null) return next;
        var moved = settings.Store != next.Identity.Store;
        var set = next with
        {
            Identity = next.Identity with { Store = settings.Store, AssignmentVersion = settings.AssignmentVersion, StoreName = settings.StoreName, SettingsVersion = settings.Version, DeviceCode = settings.DeviceCode },
            StoreCursor = moved ? FeedCursor.Start : next.StoreCursor,
            Led = moved ? null : next.Led,
            Generation = moved ? next.Generation + 1 : next.Generation,
            Reading = moved ? null : next.Reading,
            Pending = moved ? PendingIn(next, settings.Store) : next.Pending,
        };
        return moved ? WithCountsFixed(set) : set;
    }

    /// <summary>Of a store whose stock the device has yet to hear of everything is pending, and nothing of another.</summary>
    static ImmutableSortedSet<long> PendingIn(DiskState next, StoreId store) =>
        [.. Enumerable.Range(0, next.Entries.Length).Where(index => next.Entries[index].Store == store).Select(index => next.PrunedThrough + 1 + index)];

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

    // ---- Pages

    SyncInput Apply(Page wire)
    {
        var page = PageReader.ReadStorePage(wire, state.Stream);
        if (Refusal(page, state.StoreCursor.Version) is { } refusal) return CacheWork.Refused(refusal);
        var next = state.CountAdjustments.IsEmpty ? state : WithDifferences(state, page);
        var rows = next.Cache.ToBuilder();
        var named = options.Has(ProtocolRule.CoverageById) ? new HashSet<EntryId>() : null;
        var (drifted, led) = (0, next.Led);
        foreach (var row in page.Rows)
        {
            named?.Add(row.Entry);
            if (row.Product is not { } product) continue;
            var has = rows.TryGetValue(product, out var before);
            if (!StockView.Follows(before.OnHand, row.DeltaThousandths, row.OnHandThousandths)) drifted++;
            if (has) led = led?.Without(product, before.OnHand, before.Version);
            led = led?.With(product, row.OnHandThousandths, row.Version);
            rows[product] = new(row.OnHandThousandths, row.Version);
        }

        var pending = next.Pending;
        if (named is not null && !pending.IsEmpty) pending = Without(pending, position => named.Contains(next.At(position).Id));
        if (page.Marker is { } own && options.Has(ProtocolRule.OwnMarker)) pending = Without(pending, position => position <= next.BasePosition + own.AppliedThrough && next.At(position).Store == page.Store);
        var covered = next.Pending.Count - pending.Count;
        Write(synced: false, next.WithRows(new(next.Generation, page.Store), rows.ToImmutable()) with
        {
            StoreCursor = new(page.ToVersion, page.Hash),
            Pending = pending,
            Led = led,
            Drifted = next.Drifted + drifted,
            DurableThrough = page.Marker is { } durable ? Math.Clamp(durable.DurableThrough, next.DurableThrough, next.AcknowledgedThrough) : next.DurableThrough,
        });
        // Whether pages lead to the cloud's rows is what the checker looks at: a comparison of sums would mend what it has to
        // see, and is made where something else wrote into the rows.
        return new SyncInput.PageStored(FeedKind.Store, page.ToVersion, covered) { ChecksumDiffers = led is { } sum && page.Checksum is { } expected && sum != expected };
    }

    PageOutcome? Refusal(StorePage page, long cursor)
    {
        if (page.Store != state.Identity.Store) return new PageOutcome.OtherStore(state.Identity.Store);
        if (page.FromVersion != cursor) return new PageOutcome.CursorElsewhere(cursor);
        return page.Marker is { } marker && (marker.Stream != state.Stream || ChainAt(marker.AppliedThrough) != marker.AppliedChain)
            ? new PageOutcome.MarkerDiffers("The marker is of other content.")
            : null;
    }

    static ImmutableSortedSet<long> Without(ImmutableSortedSet<long> pending, Func<long, bool> isCovered)
    {
        foreach (var position in pending)
        {
            if (isCovered(position)) pending = pending.Remove(position);
        }

        return pending;
    }

    // ---- A cache read anew

    SyncInput.SnapshotStored Open(IncarnationId incarnation)
    {
        var kept = state.Reading;
        if (kept?.Incarnation != incarnation)
        {
            var newest = state.Stock.IsEmpty ? 0 : state.Stock.Keys.Max(part => part.Generation);
            kept = new(incarnation, 1 + Math.Max(Math.Max(state.Generation, kept?.Generation ?? 0), newest), new(FeedCursor.Start, 0, "", false, 0, 0));
        }

        Write(synced: false, state with { Reading = kept });
        return Told(kept.Snapshot);
    }

    SyncInput Add(StockRows page)
    {
        if (page.Store != state.Identity.Store) return CacheWork.Refused(new PageOutcome.OtherStore(state.Identity.Store));
        if (state.Reading is not { Snapshot: { IsWhole: false } before } reading || before.AfterKey != page.AfterKey)
            return CacheWork.Refused(new PageOutcome.Malformed("The rows were not asked for."));
        if (page.Head.Version < before.LastVersion)
        {
            Write(synced: false, state with { Reading = null });
            return Lost("The cloud was set back while its stock was read.");
        }

        var after = new StockSnapshot(
            before.AfterKey.Length == 0 ? page.Head : before.Next, page.Head.Version, page.LastKey, page.LastKey.Length == 0,
            before.RowCount + page.Rows.Count, Math.Max(page.RowCountTotal, before.RowCountTotal));
        Write(synced: false, Put(state, reading.Generation, page.Rows.Select(row => (row.Product, new StockRow(row.OnHandThousandths, row.Version)))) with { Reading = reading with { Snapshot = after } });
        return Told(after);
    }

    /// <summary>The newer row of a product stays.</summary>
    static DiskState Put(DiskState next, int generation, IEnumerable<(ProductCode Product, StockRow Row)> rows)
    {
        var part = new StockPart(generation, next.Identity.Store);
        var filled = next.Rows(part).ToBuilder();
        foreach (var (product, row) in rows)
        {
            if (!filled.TryGetValue(product, out var before) || row.Version > before.Version) filled[product] = row;
        }

        return next.WithRows(part, filled.ToImmutable());
    }

    SyncInput Lay(Page wire, bool maySwitch)
    {
        var page = PageReader.ReadStorePage(wire, state.Stream);
        if (state.Reading is not { Snapshot: { IsWhole: true } before } reading) return CacheWork.Refused(new PageOutcome.Malformed("No snapshot is read."));
        if (Refusal(page, before.Next.Version) is { } refusal) return CacheWork.Refused(refusal);
        var laid = Put(state, reading.Generation, page.Rows.Where(row => row.Product is not null).Select(row => (row.Product!.Value, new StockRow(row.OnHandThousandths, row.Version))));
        laid = laid with { Reading = reading with { Snapshot = before with { Next = new(page.ToVersion, page.Hash) } } };
        if (!maySwitch || page.Marker is not { } marker || page.ToVersion < before.LastVersion)
        {
            Write(synced: false, laid);
            return new SyncInput.PageLaid(page.ToVersion);
        }

        if (page.Checksum is { } expected && expected != SumOf(laid.Rows(new(reading.Generation, page.Store))))
        {
            Write(synced: false, laid with { Reading = null });
            return Lost("What was read is not the cloud's stock.");
        }

        // Every retained entry of the store that the marker does not cover is pending, and no other.
        var through = laid.BasePosition + marker.AppliedThrough;
        var pending = laid.Pending.ToBuilder();
        for (var index = 0; index < laid.Entries.Length; index++)
        {
            var position = laid.PrunedThrough + 1 + index;
            if (laid.Entries[index].Store != page.Store) continue;
            if (position > through) pending.Add(position);
            else pending.Remove(position);
        }

        var covered = state.Pending.Count - pending.Count;
        Write(synced: false, WithCountsFixed(laid with { Generation = reading.Generation, StoreCursor = new(page.ToVersion, page.Hash), Reading = null, Pending = pending.ToImmutable(), Led = null }));
        resync = null;
        return new SyncInput.SnapshotSwitched(page.ToVersion, covered);
    }

    static StockChecksum SumOf(ImmutableSortedDictionary<ProductCode, StockRow> rows) =>
        rows.Aggregate(StockChecksum.Empty, (sum, row) => sum.With(row.Key, row.Value.OnHand, row.Value.Version));

    SyncInput.SnapshotStored Told(StockSnapshot snapshot)
    {
        resync = new(snapshot.RowCount, snapshot.RowCountTotal);
        return new(snapshot);
    }

    SyncInput.SnapshotLost Lost(string detail)
    {
        resync = null;
        return new(detail);
    }

    /// <summary>A cache that goes on with its feed needs no reading that was begun once; its rows are summed at most every hour.</summary>
    SyncInput.CacheChecked Check()
    {
        var now = time.GetUtcNow();
        var isDue = checkedAt is not { } last || now - last >= CacheReading.CheckInterval || now < last;
        if (isDue) checkedAt = now;
        var led = state.Led;
        var sum = isDue && led is not null ? SumOf(state.Cache) : led;
        Write(synced: false, state with { Reading = null, Led = sum });
        resync = null;
        return new(Differs: led != sum, state.OldPart() is not null);
    }

    // ---- A cache that is compared

    CacheRange Range(string after, int rowsMax)
    {
        var (sum, count) = (StockChecksum.Empty, 0);
        foreach (var (product, row) in state.Cache)
        {
            if (string.CompareOrdinal(product.Value, after) <= 0) continue;
            sum = sum.With(product, row.OnHand, row.Version);
            if (++count >= rowsMax) return new(after, product.Value, sum);
        }

        return new(after, "", sum);
    }

    /// <summary>The cloud's rows stand, but for those that the feed has yet to bring, or has brought since.</summary>
    SyncInput Repair(StockRows page)
    {
        if (page.Store != state.Identity.Store) return CacheWork.Refused(new PageOutcome.OtherStore(state.Identity.Store));
        var (rows, led, corrected) = (state.Cache.ToBuilder(), state.Led, 0);
        var present = state.Cache.Where(row => string.CompareOrdinal(row.Key.Value, page.AfterKey) > 0 && (page.LastKey.Length == 0 || string.CompareOrdinal(row.Key.Value, page.LastKey) <= 0))
            .ToDictionary(row => row.Key, row => row.Value);
        foreach (var row in page.Rows)
        {
            var has = present.Remove(row.Product, out var cached);
            if (row.Version > state.StoreCursor.Version || (has && (IsNewer(cached, page) || cached == new StockRow(row.OnHandThousandths, row.Version)))) continue;
            if (has) led = led?.Without(row.Product, cached.OnHand, cached.Version);
            led = led?.With(row.Product, row.OnHandThousandths, row.Version);
            rows[row.Product] = new(row.OnHandThousandths, row.Version);
            corrected++;
        }

        foreach (var (product, wrong) in present)
        {
            if (IsNewer(wrong, page)) continue;
            led = led?.Without(product, wrong.OnHand, wrong.Version);
            rows.Remove(product);
            corrected++;
        }

        Write(synced: false, state.WithRows(new(state.Generation, page.Store), rows.ToImmutable()) with { Led = led, Drifted = state.Drifted + corrected });
        return new SyncInput.RangeRepaired(page.LastKey, corrected);
    }

    bool IsNewer(StockRow cached, StockRows page) => cached.Version > page.Head.Version && cached.Version <= state.StoreCursor.Version;

    public void Rot(ProductCode product, long? onHand)
    {
        var rows = state.Cache;
        Write(synced: false, state.WithRows(new(state.Generation, state.Identity.Store), onHand is { } figure ? rows.SetItem(product, rows[product] with { OnHand = figure }) : rows.Remove(product)) with
        {
            Led = state.Led ?? SumOf(rows),
        });
    }

    SyncInput.OldDropped Drop()
    {
        var old = state.OldPart();
        Write(synced: false, old is { } part ? state with { Stock = state.Stock.Remove(part) } : state);
        return new(old is not null);
    }

    // ---- What is there

    /// <summary>Forgets the prefix that is durable and covered by the cache.</summary>
    public void Prune()
    {
        var through = state.BasePosition + (options.Has(ProtocolRule.RetainUntilDurable) ? state.DurableThrough : state.AcknowledgedThrough);
        if (!state.Pending.IsEmpty) through = Math.Min(through, state.Pending[0] - 1);
        if (through > state.PrunedThrough) Write(synced: false, PrunedTo(state, through));
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

    /// <summary>The same list as long as nothing in it changed.</summary>
    public IReadOnlyList<OwnEntry> Own()
    {
        if (own.Of == (state.Entries, state.Pending)) return own.Entries;
        var entries = new OwnEntry[state.Entries.Length];
        using var pending = state.Pending.GetEnumerator();
        var next = pending.MoveNext() ? pending.Current : long.MaxValue;
        for (var index = 0; index < entries.Length; index++)
        {
            var (entry, position) = (state.Entries[index], state.PrunedThrough + 1 + index);
            entries[index] = new(entry.Id, entry.Store, position == next);
            if (position == next) next = pending.MoveNext() ? pending.Current : long.MaxValue;
        }

        own = ((state.Entries, state.Pending), entries);
        return entries;
    }

    /// <summary>The same figures as long as nothing in them changed.</summary>
    public IReadOnlyDictionary<ProductCode, long> Cached()
    {
        var rows = state.Cache;
        if (rows == cached.Of) return cached.Figures;
        var figures = new Dictionary<ProductCode, long>(rows.Count);
        foreach (var (product, row) in rows) figures[product] = row.OnHand;
        cached = (rows, figures);
        return figures;
    }

    public IReadOnlyDictionary<ProductCode, long> Pending()
    {
        var sums = new Dictionary<ProductCode, long>();
        foreach (var position in state.Pending)
        {
            var entry = state.At(position);
            if (entry.Store != state.Identity.Store) continue;
            foreach (var (product, delta) in AddedBy(state, position)) sums[product] = sums.GetValueOrDefault(product) + delta;
        }

        return sums;
    }

    public IReadOnlyDictionary<ProductCode, long> Shown()
    {
        if (state.Pending.IsEmpty) return Cached();
        var shown = new Dictionary<ProductCode, long>(Cached());
        foreach (var (product, pending) in Pending()) shown[product] = shown.GetValueOrDefault(product) + pending;
        return shown;
    }

    public bool IsWhole() => true;

    public DiskImage TakeImage() => new ModelDiskImage(state, highWater, Release);

    public void Put(DiskImage image, bool ledgerAlone)
    {
        unsynced.Clear();
        var put = (ModelDiskImage)image;
        (state, highWater) = (put.State, ledgerAlone ? highWater : put.HighWater);
        // A ledger of a later release needs that release.
        Release = ledgerAlone ? Math.Max(Release, put.Release) : put.Release;
        Open();
    }

    public void LosePower(double share)
    {
        if (unsynced.Count > 0) state = unsynced[(int)(share * unsynced.Count)];
        unsynced.Clear();
    }

    /// <summary>A migration that is killed was never there, and one that is through is synced.</summary>
    public void Upgrade(IReadOnlyList<double> killedAt)
    {
        Release++;
        unsynced.Clear();
        Open();
    }

    /// <summary>Receipts begin a series of their own, above every one of this ledger.</summary>
    public void Adopt(DeviceEnrolment enrolment)
    {
        var moved = enrolment.Store != state.Identity.Store;
        var identity = IdentityOf(enrolment);
        var given = Math.Max(NumberOf(identity.ReceiptSeries), 1 + Math.Max(NumberOf(state.Identity.ReceiptSeries), state.Entries.Select(entry => NumberOf(entry.ReceiptSeries)).DefaultIfEmpty().Max()));
        var adopted = state with
        {
            Identity = identity with { ReceiptSeries = given.ToString(CultureInfo.InvariantCulture) },
            NextReceiptNumber = 1,
            Token = default,
            Fork = new("ENROLLED_AGAIN", "The ledger is another device's now."),
            StoreCursor = moved ? FeedCursor.Start : state.StoreCursor,
            Led = moved ? null : state.Led,
            Generation = moved ? state.Generation + 1 : state.Generation,
            Reading = moved ? null : state.Reading,
            Pending = moved ? PendingIn(state, enrolment.Store) : state.Pending,
        };
        Write(synced: true, moved ? WithCountsFixed(adopted) : adopted);
        Open();
    }

    /// <summary>0 for a provisional series, and for none.</summary>
    static int NumberOf(string? receiptSeries) => int.TryParse(receiptSeries, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

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
}
