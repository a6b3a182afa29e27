using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Outbox;
using EdgeRetail.EdgeAgent.Sync;
using CacheCursor = EdgeRetail.EdgeAgent.Cache.FeedCursor;
using OutboxFigures = EdgeRetail.EdgeAgent.Outbox.OutboxFigures;

namespace EdgeRetail.EdgeAgent.Tests.Sync;

/// <summary>What a device's stores promise to the session, in memory: everything here survives a crash of the session.</summary>
sealed class ModelDevice
{
    public static readonly StoreId Home = new(1);

    List<ChainHash> chain;
    IncarnationId? snapshotOf;

    public ModelDevice(StreamId? stream = null)
    {
        Stream = stream ?? new StreamId(Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"));
        chain = [ChainHash.Start(Stream)];
        AcknowledgedChain = chain[0];
    }

    public StreamId Stream { get; private set; }

    public string ReceiptSeries { get; private set; } = "1";

    public List<(StoreId Store, byte[] Bytes)> Entries { get; } = [];

    public long LastSequence => Entries.Count;

    public long AcknowledgedThrough { get; private set; }

    public ChainHash AcknowledgedChain { get; private set; }

    public long DurableThrough { get; private set; }

    public byte[] Token { get; private set; } = [];

    public IncarnationId? Incarnation { get; private set; }

    public CacheCursor StoreCursor { get; private set; } = CacheCursor.Start;

    public CacheCursor CatalogueCursor { get; private set; } = CacheCursor.Start;

    /// <summary>Sequences that the cache covers.</summary>
    public HashSet<long> Covered { get; } = [];

    public List<EdgeAgent.Outbox.EntryDisposition> Dispositions { get; } = [];

    public List<Page> Applied { get; } = [];

    public long OldestRetained { get; set; } = 1;

    public IReadOnlyList<EdgeAgent.Health.HealthWarning> Conditions { get; set; } = [];

    /// <summary>How far the stock is read anew, if it is.</summary>
    public StockSnapshot? Snapshot { get; set; }

    /// <summary>The last keys of the cache's ranges.</summary>
    public List<string> Keys { get; } = [""];

    /// <summary>How many parts of what nothing needs there are to take away.</summary>
    public int OldParts { get; set; }

    /// <summary>Whether the rows of the cache are not what the pages have led to.</summary>
    public bool CacheDiffers { get; set; }

    /// <summary>Whether the products are not what the pages have led to.</summary>
    public bool CatalogueDiffers { get; set; }

    public long DiskFreeBytes { get; set; } = 8L << 30;

    public ChainHash? ChainAt(long sequence) => sequence >= 0 && sequence < chain.Count ? chain[(int)sequence] : null;

    public void Append(string content, StoreId? store = null)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        Entries.Add((store ?? Home, bytes));
        chain.Add(chain[^1].Append(Entries.Count, Hash256.Of(bytes)));
    }

    public void Append(int count)
    {
        for (var i = 0; i < count; i++) Append($"entry {LastSequence + 1:D6}");
    }

    /// <summary>As if a session before had got so far.</summary>
    public void Acknowledge(long through)
    {
        AcknowledgedThrough = through;
        AcknowledgedChain = chain[(int)through];
    }

    public HelloState State() => new(
        new DeviceIdentity(new(7), "T1", Home, 1, "Corner shop", Currency.Parse("EUR"), "Europe/Berlin", 240, 1, "http://127.0.0.1:5001", ReceiptSeries),
        Stream, LastSequence, chain[^1], AcknowledgedThrough, AcknowledgedChain, DurableThrough, OldestRetained, StoreCursor, CatalogueCursor, Incarnation, Token,
        (int)LastSequence, new OutboxFigures(LastSequence - AcknowledgedThrough, null), LastSequence - Covered.Count, 0,
        new ClockReading(DateTimeOffset.UnixEpoch.AddYears(56), 0, 42, 1_000, EdgeRetail.Contracts.Entries.ClockQuality.Trusted));

    /// <summary>Carries out an effect on the stores; the answer, if the effect has one.</summary>
    public SyncInput? Carry(SyncEffect effect)
    {
        switch (effect)
        {
            case SyncEffect.ReadOutbox read: return new SyncInput.OutboxRead(Batch(read));
            case SyncEffect.ReadChain read: return new SyncInput.ChainRead(read.Sequence, ChainAt(read.Sequence));
            case SyncEffect.PersistWelcome(var welcome):
                Token = welcome.Token.ToArray();
                Incarnation = welcome.Incarnation;
                if (welcome.Opening is { } opening)
                {
                    Restamp(welcome.Stream, opening.ReceiptSeries);
                    return new SyncInput.WelcomeStored(State());
                }

                AcknowledgedThrough = welcome.AppliedThrough;
                AcknowledgedChain = welcome.AppliedChain;
                return new SyncInput.WelcomeStored();
            case SyncEffect.PersistAcknowledgement acknowledgement:
                Assert.That(acknowledgement.AppliedThrough, Is.GreaterThanOrEqualTo(AcknowledgedThrough), "only a Welcome leads downward");
                Assert.That(ChainAt(acknowledgement.AppliedThrough), Is.EqualTo(acknowledgement.AppliedChain));
                AcknowledgedThrough = acknowledgement.AppliedThrough;
                AcknowledgedChain = acknowledgement.AppliedChain;
                DurableThrough = acknowledgement.DurableThrough;
                Dispositions.AddRange(acknowledgement.Dispositions);
                return new SyncInput.AcknowledgementStored(AcknowledgedThrough);
            case SyncEffect.ApplyPage(var page): return Apply(page);
            case SyncEffect.OpenSnapshot(var history):
                if (snapshotOf is not null && snapshotOf != history) Snapshot = null;
                snapshotOf = history;
                return new SyncInput.SnapshotStored(Snapshot ??= new(CacheCursor.Start, 0, "", false, 0, 0));
            case SyncEffect.StoreSnapshot(var rows):
                var head = new CacheCursor((long)rows.Head.Version, FeedHash.Read(rows.Head.Hash.Span));
                if (head.Version < Snapshot!.LastVersion)
                {
                    Snapshot = null;
                    return new SyncInput.SnapshotLost("The cloud was set back while its stock was read.");
                }

                Snapshot = new(rows.AfterKey.Length == 0 ? head : Snapshot!.Next, head.Version, rows.LastKey, rows.LastKey.Length == 0, Snapshot!.RowCount + rows.Stock.Count, (long)rows.RowsTotal);
                return new SyncInput.SnapshotStored(Snapshot);
            case SyncEffect.LayPage(var page, var maySwitch): return Lay(page, maySwitch);
            case SyncEffect.ForgetSnapshot:
                Snapshot = null;
                return null;
            case SyncEffect.BeginCatalogue:
                CatalogueCursor = CacheCursor.Start;
                return new SyncInput.CatalogueBegun();
            case SyncEffect.SumCache: return new SyncInput.CacheSummed();
            case SyncEffect.ReadRange(var after, _):
                var next = Keys.FirstOrDefault(key => string.CompareOrdinal(key, after) > 0) ?? "";
                return new SyncInput.RangeRead(new(after, next == Keys[^1] ? "" : next, new(UInt128.One)));
            case SyncEffect.RepairRange(var rows): return new SyncInput.RangeRepaired(rows.LastKey, rows.Stock.Count);
            case SyncEffect.CheckCatalogue: return new SyncInput.CatalogueChecked(CatalogueDiffers);
            case SyncEffect.SumCatalogue: return new SyncInput.CacheSummed();
            case SyncEffect.ReadCatalogueRange(var after, _):
                var nextCode = Keys.FirstOrDefault(key => string.CompareOrdinal(key, after) > 0) ?? "";
                return new SyncInput.CatalogueRangeRead(new(after, nextCode == Keys[^1] ? "" : nextCode, new(UInt128.One)));
            case SyncEffect.RepairCatalogueRange(var rows): return new SyncInput.RangeRepaired(rows.LastKey, rows.Products.Count);
            case SyncEffect.DropOld: return new SyncInput.OldDropped(More: OldParts-- > 0);
            case SyncEffect.CheckCache: return new SyncInput.CacheChecked(CacheDiffers, HasOld: OldParts > 0);
            case SyncEffect.ReadFigures:
                return new SyncInput.FiguresRead(new(
                    LastSequence, LastSequence - AcknowledgedThrough, null, LastSequence - Covered.Count, DiskFreeBytes, 0, DateTimeOffset.UnixEpoch)
                {
                    Conditions = Conditions, DurableThrough = DurableThrough, OldestRetained = OldestRetained,
                });
            default: return null;
        }
    }

    /// <summary>The same entries under another stream.</summary>
    void Restamp(StreamId stream, string receiptSeries)
    {
        (Stream, ReceiptSeries) = (stream, receiptSeries);
        chain = [ChainHash.Start(stream)];
        foreach (var entry in Entries) chain.Add(chain[^1].Append(chain.Count, Hash256.Of(entry.Bytes)));
        (AcknowledgedThrough, AcknowledgedChain, DurableThrough) = (0, chain[0], 0);
    }

    SyncInput.PageStored Apply(Page page)
    {
        var before = Covered.Count;
        var cursor = page.Feed == FeedKind.Store ? StoreCursor : CatalogueCursor;
        Assert.That(cursor.Version, Is.EqualTo((long)page.FromVersion), "a page is applied where the cache stands");
        var after = new CacheCursor((long)page.ToVersion, FeedHash.Read(page.Hash.Span));
        if (page.Feed == FeedKind.Store) StoreCursor = after;
        else CatalogueCursor = after;
        if (page.Marker is { } marker)
        {
            Assert.That(ChainAt((long)marker.AppliedThrough)?.ToByteArray(), Is.EqualTo(marker.AppliedChain.ToByteArray()), "coverage is believed only where the chains agree");
            for (var sequence = 1L; sequence <= (long)marker.AppliedThrough; sequence++) Covered.Add(sequence);
        }

        Applied.Add(page);
        return new(page.Feed, after.Version, Covered.Count - before) { IsChecked = page.Check != 0 };
    }

    SyncInput Lay(Page page, bool maySwitch)
    {
        if (Snapshot is null) return Apply(page); // shown since
        Assert.That(Snapshot?.Next.Version, Is.EqualTo((long)page.FromVersion), "a page is laid where the reading stands");
        Snapshot = Snapshot! with { Next = new((long)page.ToVersion, FeedHash.Read(page.Hash.Span)) };
        if (!maySwitch) return new SyncInput.PageLaid((long)page.ToVersion);
        (StoreCursor, Snapshot) = (Snapshot.Next, null);
        var before = Covered.Count;
        Assert.That(Covered.All(sequence => sequence <= (long)page.Marker.AppliedThrough), Is.True, "no own entry that was covered is pending again");
        for (var sequence = 1L; sequence <= (long)page.Marker.AppliedThrough; sequence++) Covered.Add(sequence);
        return new SyncInput.SnapshotSwitched((long)page.ToVersion, Covered.Count - before);
    }

    OutboxBatch? Batch(SyncEffect.ReadOutbox read)
    {
        if (read.AfterSequence >= LastSequence) return null;
        var store = Entries[(int)read.AfterSequence].Store;
        var taken = new List<ReadOnlyMemory<byte>>();
        var bytes = 0;
        for (var sequence = read.AfterSequence + 1; sequence <= LastSequence && taken.Count < read.EntriesMax; sequence++)
        {
            var entry = Entries[(int)sequence - 1];
            if (entry.Store != store || (taken.Count > 0 && bytes + entry.Bytes.Length > read.BytesMax)) break;
            taken.Add(entry.Bytes);
            bytes += entry.Bytes.Length;
        }

        return new(Stream, store, read.AfterSequence + 1, chain[(int)read.AfterSequence], taken, chain[(int)read.AfterSequence + taken.Count]);
    }
}
