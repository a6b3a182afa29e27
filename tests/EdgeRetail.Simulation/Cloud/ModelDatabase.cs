using System.Collections.Immutable;
using System.Globalization;
using EdgeRetail.CloudSync.ChangeFeed;
using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Ingest;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.Simulation.Devices;
using EdgeRetail.Simulation.Schedule;
using EdgeRetail.Simulation.Shop;
using Google.Protobuf;
using FeedCursor = EdgeRetail.Contracts.Sync.V1.FeedCursor;
using OwnMarker = EdgeRetail.Contracts.Sync.V1.OwnMarker;
using WireRow = EdgeRetail.Contracts.Sync.V1.StockRow;
using StreamOpening = EdgeRetail.CloudSync.Devices.StreamOpening;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>
/// The cloud's database in memory. What is decided is the product's: Hello, suspicion, tokens, the examination of a batch,
/// its checks, and the merge; only the reading and writing of rows is this class's.
/// </summary>
sealed class ModelDatabase : ICloudDatabase
{
    public static readonly SessionKeyset Keys = new(7, [new(7, [.. Enumerable.Range(0, 32).Select(index => (byte)index)], DateTimeOffset.UnixEpoch)]);

    static readonly long ForkMemoryMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    readonly SessionTokens tokens = new(Keys);
    readonly EventQueue queue;
    readonly SimulationOptions options;
    readonly SeededSecrets secrets;
    CloudState state;
    long streamsMade;

    public ModelDatabase(EventQueue queue, SimulationOptions options, SeededSecrets secrets, IReadOnlyList<StoreId> stores)
    {
        this.queue = queue;
        this.options = options;
        this.secrets = secrets;
        Stores = stores;
        state = new(
            new(secrets.Uuid()),
            ImmutableSortedDictionary<int, CloudDevice>.Empty,
            ImmutableDictionary<StreamId, CloudStream>.Empty,
            ImmutableDictionary<(StreamId, long), ConsumedSequence>.Empty,
            ImmutableDictionary<(int Device, ulong Boot), OffsetRecord>.Empty,
            stores.ToImmutableSortedDictionary(store => store.Value, store => new CloudStore(
                store, 0, FeedHash.Start, StockChecksum.Empty, ImmutableSortedDictionary<ProductCode, ProductStock>.Empty, ImmutableDictionary<EntryId, CloudJournal>.Empty, [])));
    }

    public IncarnationId Incarnation => state.Incarnation;

    public IReadOnlyList<StoreId> Stores { get; }

    long NowMs => (MachineClock.Beginning + queue.Now).ToUnixTimeMilliseconds();

    // ---- Operators

    public DeviceEnrolment Add(StoreId store, string code, DeviceId? predecessor)
    {
        // In the order in which the product draws: a token, a stream, an id.
        Span<byte> token = stackalloc byte[32];
        secrets.Fill(token);
        var first = new StreamId(secrets.Uuid());
        var device = new DeviceId(secrets.PositiveInt32());
        var stream = NewStream(first, device, null, 0, "");
        state = state with
        {
            Devices = state.Devices.Add(device.Value, new(
                device, code, DeviceState.Active, store, 1, ImmutableDictionary<int, StoreId>.Empty.Add(1, store), 0, 0, stream.Stream, 1, default, 0, predecessor)),
            Streams = state.Streams.Add(stream.Stream, stream),
        };
        return new(
            new(Shops.CloudAddress), device, code, "erd_secret", stream.Stream, "1", store, 1, $"Store {store}", Currency.Parse(Shops.Currency), Shops.TimeZone, Shops.DayCutOffMinutes, 1)
        {
            Predecessor = predecessor,
        };
    }

    CloudStream NewStream(StreamId stream, DeviceId device, StreamId? presented, long bootId, string fingerprint) =>
        new(stream, device, 0, ChainHash.Start(stream), 0, NowMs, streamsMade++, presented, bootId, fingerprint);

    public IReadOnlyList<DeviceId> Held() => [.. state.Devices.Values.Where(device => device.State == DeviceState.Held).Select(device => device.Device)];

    public void Release(DeviceId device) => Save(state.Devices[device.Value] with { State = DeviceState.Active, ReleasedAtMs = NowMs });

    public void Revoke(DeviceId device) => Save(state.Devices[device.Value] with { State = DeviceState.Revoked });

    public void Move(DeviceId device, StoreId store)
    {
        var row = state.Devices[device.Value];
        Save(row with { Store = store, AssignmentVersion = row.AssignmentVersion + 1, Assignments = row.Assignments.Add(row.AssignmentVersion + 1, store) });
    }

    public bool Knows(DeviceId device) => state.Devices.ContainsKey(device.Value);

    public StoreId StoreOf(DeviceId device) => state.Devices[device.Value].Store;

    void Save(CloudDevice device) => state = state with { Devices = state.Devices.SetItem(device.Device.Value, device) };

    // ---- Backups

    public CloudImage TakeImage() => new ModelCloudImage(state);

    public void Put(CloudImage image, bool noticed)
    {
        state = ((ModelCloudImage)image).State;
        if (noticed && options.Has(ProtocolRule.FeedHistory)) state = state with { Incarnation = new(secrets.Uuid()) };
    }

    public void PublishDurable(CloudImage image)
    {
        foreach (var archived in ((ModelCloudImage)image).State.Streams.Values)
        {
            if (state.Streams.TryGetValue(archived.Stream, out var stream) && stream.DurableThrough < archived.AppliedThrough)
                state = state with { Streams = state.Streams.SetItem(stream.Stream, stream with { DurableThrough = Math.Min(archived.AppliedThrough, stream.AppliedThrough) }) };
        }
    }

    // ---- Hello

    public SessionOpening Open(DeviceId device, Hello hello)
    {
        if (!state.Devices.TryGetValue(device.Value, out var row)) return new SessionOpening.Refused(new HelloDecision.Revoked());
        var presented = hello.Stream.Length == 16 ? StreamId.Read(hello.Stream.Span) : (StreamId?)null;
        var stream = presented is { } named && state.Streams.TryGetValue(named, out var found) && found.Device == device ? found : null;
        var (applied, chain) = stream is null ? (0, ChainHash.Start(presented ?? row.Stream)) : (stream.AppliedThrough, stream.AppliedChain);
        var lastChain = hello.LastChain.Length == Hash256.Length ? ChainHash.Read(hello.LastChain.Span) : (ChainHash?)null;
        var claims = new HelloClaims(
            (int)hello.ProtocolMin, (int)hello.ProtocolMax, presented, (long)hello.LastSequence, options.Has(ProtocolRule.Chain) ? lastChain : chain, (long)Math.Max(1, hello.OldestRetained),
            presented is { } given ? tokens.Read(hello.Token.Span, device, given) : new SessionTokenReading.Absent(),
            hello.Fork is { } fork ? new(fork.Code, fork.Message) : null, unchecked((long)hello.BootId), hello.HardwareFingerprint);
        var decision = HelloRules.Decide(claims, new(row.State, null, row.SessionNumber, row.LastUsedSession, row.Stream, applied, chain, RecentForks(row)));

        var store = state.Stores[row.Store.Value];
        var isOwnStore = hello.Store == (uint)row.Store.Value;
        var cursor = isOwnStore ? hello.StoreCursor : new FeedCursor();
        IReadOnlyList<FeedKind> resync = IsKnown(store, (long)(cursor?.Version ?? 0), HashOf(cursor)) ? [] : [FeedKind.Store];
        var series = Math.Max(row.ReceiptSeries, int.TryParse(hello.ReceiptSeries, NumberStyles.None, CultureInfo.InvariantCulture, out var printed) ? printed : 0);
        switch (decision)
        {
            case HelloDecision.Resume resume:
                stream ??= new(presented!.Value, device, 0, ChainHash.Start(presented.Value), 0, NowMs, streamsMade++, null, 0, "");
                return Begin(row, stream, hello, resume.SessionNumber, series, cursor, resync, null);
            case HelloDecision.NewStream opening:
                return Begin(row, NewStream(new(secrets.Uuid()), device, presented, claims.BootId, claims.Fingerprint), hello, opening.SessionNumber, series + 1, cursor, resync, opening);
            case HelloDecision.Hold:
                Save(row with { State = DeviceState.Held });
                return new SessionOpening.Refused(decision);
            default:
                return new SessionOpening.Refused(decision);
        }
    }

    SessionOpening.Opened Begin(
        CloudDevice row, CloudStream stream, Hello hello, long number, int series, FeedCursor? cursor, IReadOnlyList<FeedKind> resync, HelloDecision.NewStream? opening)
    {
        state = state with { Streams = state.Streams.SetItem(stream.Stream, stream) };
        Save(row with { SessionNumber = number, Stream = stream.Stream, ReceiptSeries = series });
        var presented = ClockOffsetRules.Presented(hello);
        var agreed = state.Offsets.GetValueOrDefault((row.Device.Value, hello.BootId)) ?? presented.FirstOrDefault(offset => offset.BootId == hello.BootId);
        foreach (var offset in presented) SaveOffset(row.Device, offset);
        return new(new(
            row.Device, row.Code, number, tokens.Issue(row.Device, number, stream.Stream), stream.Stream, stream.AppliedThrough, stream.AppliedChain, series,
            new(row.Store, row.AssignmentVersion, $"Store {row.Store}", Shops.Currency, Shops.TimeZone, Shops.DayCutOffMinutes, 1), AssignedOf(row), stream.DurableThrough,
            ReadCursor.Of(cursor), ReadCursor.Start, state.Stores[row.Store.Value].Version, 0, NowMs,
            Math.Max(NowMs << 16, row.LastEffectiveTime.Packed))
        {
            Opening = opening,
            Resync = resync,
            ClockOffset = agreed,
            ClockOffsetsPresented = presented,
        });
    }

    /// <summary>The first one of a boot stays.</summary>
    public void SaveOffset(DeviceId device, OffsetRecord offset)
    {
        if (!state.Offsets.ContainsKey((device.Value, offset.BootId))) state = state with { Offsets = state.Offsets.Add((device.Value, offset.BootId), offset) };
    }

    List<StreamOpening> RecentForks(CloudDevice row) => !options.Has(ProtocolRule.CloneHold) ? [] :
    [
        .. state.Streams.Values
            .Where(stream => stream.Device == row.Device && stream.Presented is not null && stream.OpenedAtMs > Math.Max(row.ReleasedAtMs, NowMs - ForkMemoryMs))
            .OrderBy(stream => stream.Order)
            .Select(stream => new StreamOpening(stream.Stream, stream.Presented, stream.BootId, stream.Fingerprint, stream.AppliedThrough > 0)),
    ];

    AssignedStores AssignedOf(CloudDevice row)
    {
        var predecessors = new Dictionary<DeviceId, IReadOnlyDictionary<int, StoreId>>();
        for (var former = row.Predecessor; former is { } one && state.Devices.TryGetValue(one.Value, out var device); former = device.Predecessor) predecessors[one] = device.Assignments;
        return new(row.AssignmentVersion, row.Assignments) { Predecessors = predecessors };
    }

    /// <summary>Version 0 is everybody's start; a later one has to be a commit of this history with the same feed hash.</summary>
    bool IsKnown(CloudStore store, long version, FeedHash hash)
    {
        if (version == 0) return true;
        if (!options.Has(ProtocolRule.FeedHistory)) return version <= store.Version;
        var index = IndexOf(store, version);
        return index >= 0 && store.Commits[index].Hash == hash;
    }

    static FeedHash HashOf(FeedCursor? cursor) => cursor?.Hash.Length == Hash256.Length ? FeedHash.Read(cursor.Hash.Span) : FeedHash.Start;

    // ---- Batches

    public BatchOutcome Ingest(DeviceId device, AssignedStores assigned, BatchPart part)
    {
        if (!state.Devices.TryGetValue(device.Value, out var row) || !state.Stores.TryGetValue(part.Store.Value, out var store)) return new BatchOutcome.DeviceInactive("missing");
        var stream = state.Streams[row.Stream];
        var standing = new StoreStanding
        {
            DeviceState = row.State, SessionNumber = row.SessionNumber, Stream = row.Stream, AssignmentVersion = row.AssignmentVersion, LastEffectiveTime = row.LastEffectiveTime,
            AppliedThrough = stream.AppliedThrough, AppliedChain = stream.AppliedChain, StoreVersion = store.Version, StoreHash = store.Hash, StoreChecksum = store.Checksum, StoreLatestEffectiveTime = default, ReceivedAtMs = NowMs,
            Known = KnownOf([store], part.Entries), Stock = StockOf(store, part.Entries), DurableThrough = stream.DurableThrough, ClockOffsets = OffsetsOf(device, part.Entries),
        };
        var refusal = BatchRules.Refusal(part, standing, tokens.Read(part.Token.Span, device, part.Stream ?? standing.Stream));
        if (refusal is BatchOutcome.SessionFenced && !options.Has(ProtocolRule.Fence) && part.Stream == standing.Stream && part.FirstSequence <= standing.AppliedThrough + 1) refusal = null;
        var leaps = refusal is BatchOutcome.SequenceGap && !options.Has(ProtocolRule.GapCheck);
        if (refusal is not null && !leaps) return refusal;

        var overlap = BatchRules.Overlap(part, standing);
        var repeated = new List<EntryOutcome>(overlap);
        if (overlap > 0 && options.Has(ProtocolRule.Chain))
        {
            Learn(standing.Known, assigned.All.Select(each => state.Stores[each.Value]), part.Entries[..overlap]);
            var sequences = part.Entries[..overlap].Where(entry => state.Sequences.ContainsKey((standing.Stream, entry.Sequence)))
                .ToDictionary(entry => entry.Sequence, entry => state.Sequences[(standing.Stream, entry.Sequence)]);
            if (BatchRules.OverlapMismatch(part.Entries[..overlap], standing, sequences, repeated) is { } mismatch)
                return new BatchOutcome.SequenceContentMismatch(mismatch, standing.AppliedThrough, standing.AppliedChain);
        }

        if (!leaps && options.Has(ProtocolRule.Chain) && !BatchRules.ContinuesChain(part, standing)) return new BatchOutcome.ChainMismatch(standing.AppliedThrough, standing.AppliedChain);
        var fresh = part.Entries[overlap..];
        if (fresh.Count == 0) return new BatchOutcome.Accepted(standing.AppliedThrough, standing.AppliedChain, part.Store, standing.StoreVersion, repeated) { DurableThrough = standing.DurableThrough };

        var known = options.Has(ProtocolRule.DeDuplication) ? standing.Known : [];
        var merge = new StoreMerge(new StockFold(standing.StoreVersion, standing.Stock, standing.StoreChecksum), known, device, standing.Stream, standing.LastEffectiveTime, standing.ReceivedAtMs, standing.ClockOffsets);
        foreach (var count in merge.ArrivingCounts(fresh)) merge.Expect(count with { MovedAfter = MovedAfter(store, count) });
        var merged = merge.Merge(fresh);
        var chain = part.ChainAt(part.LastSequence);
        Write(row, stream, store, merge, merged, part.LastSequence, chain);
        return new BatchOutcome.Accepted(part.LastSequence, chain, part.Store, merge.Version, [.. repeated, .. merged.Outcomes]) { DurableThrough = standing.DurableThrough };
    }

    static long MovedAfter(CloudStore store, ArrivingCount count)
    {
        var sum = 0L;
        foreach (var effect in store.Commits.SelectMany(commit => commit.Effects))
        {
            if (effect.Product != count.Product) continue;
            var row = store.Journal[effect.Entry];
            if (!row.IsCount && new EffectiveInstant(row.EffectiveTime.At, row.Device, effect.Entry).CompareTo(count.Instant) > 0) sum += effect.Delta;
        }

        return sum;
    }

    public IReadOnlyDictionary<EntryId, (long Time, int Device)> TimesOf(StoreId store, IReadOnlyCollection<EntryId> entries)
    {
        var journal = state.Stores[store.Value].Journal;
        return entries.ToDictionary(entry => entry, entry => (journal[entry].EffectiveTime.At.Packed, journal[entry].Device.Value));
    }

    void Write(CloudDevice row, CloudStream stream, CloudStore store, StoreMerge merge, MergedEntries merged, long appliedThrough, ChainHash chain)
    {
        if (merged.Journal.Count > 0)
        {
            var hash = store.Hash.Append(merged.Journal.Select(entry => entry.Id));
            store = store with
            {
                Version = merge.Version,
                Hash = hash,
                Checksum = merge.Checksum,
                Stock = store.Stock.SetItems(merge.Stock),
                Journal = store.Journal.SetItems(merged.Journal.Select(entry => KeyValuePair.Create(
                    entry.Id, new CloudJournal(new(entry.Entry.Hash, stream.Stream, entry.Entry.Sequence, entry.Quarantine?.Code), row.Device, entry.Version, entry.EffectiveTime, NowMs, entry.Entry.Counts.Count > 0)))),
                Commits = store.Commits.Add(new(merge.Version, hash, merge.Checksum, merged.Effects)),
            };
        }

        state = state with
        {
            Stores = state.Stores.SetItem(store.Store.Value, store),
            Streams = state.Streams.SetItem(stream.Stream, stream with { AppliedThrough = appliedThrough, AppliedChain = chain }),
            Sequences = merged.Sequences.Count == 0 ? state.Sequences : state.Sequences.SetItems(merged.Sequences.Select(consumed => KeyValuePair.Create((stream.Stream, consumed.Sequence), consumed))),
        };
        Save(row with { LastEffectiveTime = merge.LastEffectiveTime, LastUsedSession = row.SessionNumber });
    }

    static Dictionary<EntryId, KnownEntry> KnownOf(IEnumerable<CloudStore> among, ArraySegment<ArrivedEntry> entries)
    {
        var known = new Dictionary<EntryId, KnownEntry>();
        Learn(known, among, entries);
        return known;
    }

    static void Learn(Dictionary<EntryId, KnownEntry> known, IEnumerable<CloudStore> among, ArraySegment<ArrivedEntry> entries)
    {
        foreach (var store in among)
        {
            foreach (var entry in entries)
            {
                if (store.Journal.TryGetValue(entry.Id, out var row)) known[entry.Id] = row.Known;
                if (store.Journal.TryGetValue(entry.FallbackId, out var fallback)) known[entry.FallbackId] = fallback.Known;
            }
        }
    }

    Dictionary<ulong, long> OffsetsOf(DeviceId device, ArraySegment<ArrivedEntry> entries)
    {
        var offsets = new Dictionary<ulong, long>();
        foreach (var entry in entries)
        {
            if (entry.Wall is { } wall && state.Offsets.TryGetValue((device.Value, wall.BootId), out var offset)) offsets[wall.BootId] = offset.OffsetMs;
        }

        return offsets;
    }

    static Dictionary<ProductCode, ProductStock> StockOf(CloudStore store, ArraySegment<ArrivedEntry> entries)
    {
        var stock = new Dictionary<ProductCode, ProductStock>();
        foreach (var product in entries.SelectMany(entry => entry.Movements.Select(movement => movement.Product).Concat(entry.Counts.Select(count => count.Product))))
        {
            if (store.Stock.TryGetValue(product, out var row)) stock[product] = row;
        }

        return stock;
    }

    // ---- Feeds

    public FeedPage Read(StoreId storeId, long cursor, FeedHash hash, StreamId stream)
    {
        var store = state.Stores[storeId.Value];
        if (!IsKnown(store, cursor, hash)) return new FeedPage.BehindCursor(store.Version);
        var page = new Page { Feed = FeedKind.Store, Store = (uint)storeId.Value, FromVersion = (ulong)cursor, ToVersion = (ulong)store.Version, Hash = Bytes(store.Hash), Checksum = Bytes(store.Checksum) };
        var (before, entryBefore, rows) = (cursor, default(EntryId), 0);
        for (var index = FirstAfter(store, cursor); index < store.Commits.Length; index++)
        {
            var commit = store.Commits[index];
            if (rows > 0 && rows + commit.Effects.Count > Shops.PageRows) break;
            rows += commit.Effects.Count;
            foreach (var effect in commit.Effects)
            {
                var row = new Effect
                {
                    VersionStep = (ulong)(effect.Version - before), DeltaThousandths = effect.Delta, OnHandThousandths = effect.OnHand ?? 0, Product = effect.Product?.Value ?? "",
                    Quarantined = effect.Product is null && store.Journal[effect.Entry].Known.QuarantineCode is not null,
                };
                if (effect.Entry != entryBefore) row.EntryId = UnsafeByteOperations.UnsafeWrap(effect.Entry.ToByteArray());
                page.Effects.Add(row);
                (before, entryBefore) = (effect.Version, effect.Entry);
            }

            page.ToVersion = (ulong)commit.Version;
            (page.Hash, page.Checksum) = (Bytes(commit.Hash), Bytes(commit.Checksum));
        }

        var atHead = page.ToVersion == (ulong)store.Version;
        if (atHead && state.Streams.TryGetValue(stream, out var own))
            page.Marker = new OwnMarker { AppliedThrough = (ulong)own.AppliedThrough, AppliedChain = UnsafeByteOperations.UnsafeWrap(own.AppliedChain.ToByteArray()), DurableThrough = (ulong)own.DurableThrough };
        return new FeedPage.Read(page, atHead);
    }

    public SnapshotPage Read(StoreId storeId, SnapshotRead read)
    {
        var store = state.Stores[storeId.Value];
        var compares = read.Checksum.Length > 0;
        var sum = StockChecksum.Empty;
        var page = new SnapshotPage { Feed = FeedKind.Store, Store = (uint)storeId.Value, AfterKey = read.AfterKey, LastKey = read.LastKey, Head = new() { Version = (ulong)store.Version, Hash = Bytes(store.Hash) } };
        if (read.AfterKey.Length == 0 && !compares) page.RowsTotal = (ulong)store.Stock.Count;
        foreach (var (product, row) in store.Stock)
        {
            if (string.CompareOrdinal(product.Value, read.AfterKey) <= 0 || (read.LastKey.Length > 0 && string.CompareOrdinal(product.Value, read.LastKey) > 0)) continue;
            if (page.Stock.Count == (int)read.RowsMax)
            {
                page.LastKey = page.Stock[^1].Product;
                return page;
            }

            page.Stock.Add(new WireRow { Product = product.Value, OnHandThousandths = row.OnHand, Version = (ulong)row.Version });
            if (compares) sum = sum.With(product, row.OnHand, row.Version);
        }

        if (compares && read.Checksum.Span.SequenceEqual(sum.ToByteArray()))
        {
            page.Stock.Clear();
            page.Equal = true;
        }

        return page;
    }

    static ByteString Bytes(FeedHash hash) => UnsafeByteOperations.UnsafeWrap(hash.ToByteArray());

    static ByteString Bytes(StockChecksum checksum) => UnsafeByteOperations.UnsafeWrap(checksum.ToByteArray());

    public long HeadOf(StoreId store) => state.Stores[store.Value].Version;

    static int FirstAfter(CloudStore store, long version)
    {
        var (low, high) = (0, store.Commits.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (store.Commits[middle].Version <= version) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    static int IndexOf(CloudStore store, long version)
    {
        var before = FirstAfter(store, version) - 1;
        return before >= 0 && store.Commits[before].Version == version ? before : -1;
    }

    // ---- For the checks

    public CloudContents Contents() => new(
        [
            .. state.Stores.Values.Select(store => new StoreContents(
                store.Store, store.Version, store.Hash,
                [.. store.Journal.Select(row => new JournalContents(
                    row.Key, row.Value.Known.Hash, row.Value.Known.Stream, row.Value.Known.Sequence, row.Value.Known.QuarantineCode is not null, row.Value.Device, row.Value.Version,
                    row.Value.EffectiveTime.At, (int)row.Value.EffectiveTime.Source, row.Value.ReceivedAtMs))],
                store.Stock.ToDictionary(row => row.Key, row => row.Value.OnHand),
                store.Commits.SelectMany(commit => commit.Effects).Where(effect => effect.Product is not null)
                    .GroupBy(effect => effect.Product!.Value).ToDictionary(group => group.Key, group => group.Sum(effect => effect.Delta)))),
        ],
        state.Streams.Values.ToDictionary(stream => stream.Stream, stream => (stream.AppliedThrough, stream.AppliedChain)),
        [.. state.Sequences.Values.Zip(state.Sequences.Keys, (consumed, key) => (key.Stream, key.Sequence, consumed.Entry))]);

    public void Dispose()
    {
    }
}
