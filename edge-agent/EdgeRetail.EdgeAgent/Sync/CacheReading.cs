using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Cache;
using Google.Protobuf;
using WireCursor = EdgeRetail.Contracts.Sync.V1.FeedCursor;

namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// The part of a session that brings a cache right: one of another history is read anew beside what is shown, one whose
/// checksum is not the cloud's, of the stock or of the catalogue, is compared range by range and corrected. As the session itself
/// it has no I/O and no clock; one question to the cloud is open at a time.
/// </summary>
sealed class CacheReading(List<SyncEffect> effects, Action<SyncEnd> end)
{
    /// <summary>No answer to a question within this: the call is given up.</summary>
    public static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The rows that are shown are summed at the first page of a session and then this often, while pages come.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromHours(1);

    /// <summary>A difference that a comparison did not mend is looked into again after this.</summary>
    public static readonly TimeSpan ComparisonInterval = TimeSpan.FromMinutes(10);

    /// <summary>A snapshot that came out wrong is read again after this at the earliest.</summary>
    public static readonly TimeSpan BeginAnewAfter = TimeSpan.FromMinutes(1);

    /// <summary>Between two parts of what is taken away there is room for a sale.</summary>
    public static readonly TimeSpan DropPause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// A product that changes while the catalogue is read comes again further on. One that the reading has not brought is gone
    /// only where nothing has come for this long.
    /// </summary>
    public static readonly TimeSpan CatalogueQuiet = TimeSpan.FromSeconds(5);

    /// <summary>A page is one write transaction, and a sale may wait for it.</summary>
    public const int SnapshotRowsMax = 500;
    public const int RangeRows = 500;

    /// <summary>A product costs more than a row of stock, because it is searched by its words.</summary>
    public const int CatalogueRangeRows = 250;

    Reading reading;
    Comparison comparison;
    FeedKind compared;
    bool catalogueDiffers;
    IncarnationId incarnation;
    long sequenceAtStart;
    long lastVersion;
    long corrected;
    string rangeAfter = "";
    TimeSpan? askedAt;
    TimeSpan? checkedAt;
    TimeSpan? compareNotBefore;
    TimeSpan? catalogueCheckedAt;
    TimeSpan? compareCatalogueNotBefore;
    TimeSpan? dropDueAt;
    TimeSpan cataloguePageAt;
    bool dropsCatalogue;

    enum Reading
    {
        None,
        Rows,
        Feed,
    }

    enum Comparison
    {
        None,
        Summing,
        Ranges,
        SummingAgain,
    }

    /// <summary>Whether what is shown is the cloud's, as far as is known.</summary>
    public bool IsIdle => reading == Reading.None && comparison == Comparison.None;

    /// <summary>Whether pages of the store's feed are laid over what was read, and not over what is shown.</summary>
    public bool IsLaying => reading == Reading.Feed;

    /// <summary>Where the store's feed goes on over what was read.</summary>
    public long Cursor { get; private set; }

    public TimeSpan? WakeAt => askedAt is { } asked && (dropDueAt is not { } due || asked + AnswerDeadline < due) ? asked + AnswerDeadline : dropDueAt;

    /// <summary>The session is up. Own entries through <paramref name="lastSequence"/> may be in the cloud under another stream.</summary>
    public void Begin(IReadOnlyCollection<FeedKind> resync, IncarnationId history, long lastSequence)
    {
        (incarnation, sequenceAtStart) = (history, lastSequence);
        if (resync.Contains(FeedKind.Store))
        {
            reading = Reading.Rows;
            effects.Add(new SyncEffect.Alarm("RESYNCING", "The stock here is of another history than the cloud's and is read anew; selling goes on."));
            effects.Add(new SyncEffect.OpenSnapshot(incarnation));
        }

        if (resync.Contains(FeedKind.Catalogue)) effects.Add(new SyncEffect.BeginCatalogue(incarnation));
    }

    public void Take(SyncInput input, TimeSpan now)
    {
        switch (input)
        {
            case SyncInput.SnapshotStored(var snapshot) when reading == Reading.Rows: GoOn(snapshot, now); break;
            case SyncInput.SnapshotLost(var detail):
                effects.Add(new SyncEffect.Alarm("SNAPSHOT_DIFFERS", detail));
                end(new("SNAPSHOT_DIFFERS", detail, SyncRetry.BackOff, BeginAnewAfter));
                break;
            case SyncInput.SnapshotSwitched:
                reading = Reading.None;
                dropDueAt = now + DropPause;
                CompareCatalogue(now);
                break;
            case SyncInput.CatalogueBegun:
                Send(new() { FeedFrom = new() { Feed = FeedKind.Catalogue, Cursor = Wire(Cache.FeedCursor.Start) } });
                cataloguePageAt = now;
                dropDueAt = now + CatalogueQuiet;
                break;
            case SyncInput.CacheChecked(var differs, var hasOld):
                if (hasOld) dropDueAt ??= now + DropPause;
                if (differs) Compare(now);
                break;
            case SyncInput.CatalogueChecked(var differs):
                catalogueDiffers |= differs && !(comparison != Comparison.None && compared == FeedKind.Catalogue);
                CompareCatalogue(now);
                break;
            case SyncInput.CacheSummed when comparison == Comparison.Summing:
                comparison = Comparison.Ranges;
                ReadRange("");
                break;
            case SyncInput.CacheSummed when comparison == Comparison.SummingAgain:
                comparison = Comparison.None;
                if (compared == FeedKind.Catalogue) compareCatalogueNotBefore = now + ComparisonInterval;
                else compareNotBefore = now + ComparisonInterval;
                if (corrected > 0) effects.Add(new SyncEffect.Alarm("CACHE_CORRECTED", $"{corrected} rows of the {Compared} differed from the cloud's and were corrected."));
                CompareCatalogue(now);
                break;
            case SyncInput.RangeRead(var range) when comparison == Comparison.Ranges: AskRange(range.AfterKey, range.LastKey, range.Checksum.ToByteArray(), now); break;
            case SyncInput.CatalogueRangeRead(var range) when comparison == Comparison.Ranges: AskRange(range.AfterKey, range.LastKey, range.Checksum.ToByteArray(), now); break;
            case SyncInput.RangeRepaired(var lastKey, var count) when comparison == Comparison.Ranges:
                corrected += count;
                NextRange(lastKey);
                break;
            case SyncInput.OldDropped(var more):
                // The catalogue's turn comes when it is whole.
                dropDueAt = more ? now + DropPause : dropsCatalogue ? null : now + CatalogueQuiet;
                break;
            default: break;
        }
    }

    /// <summary>The answer to the open question; false where none is open that it could answer.</summary>
    public bool TakeRows(SnapshotPage page)
    {
        if (askedAt is null || page.Feed != (reading == Reading.Rows ? FeedKind.Store : compared) || page.AfterKey != rangeAfter) return false;
        askedAt = null;
        if (reading == Reading.Rows)
        {
            effects.Add(new SyncEffect.StoreSnapshot(page));
            return true;
        }

        if (comparison != Comparison.Ranges) return false;
        // Bytes of a catalogue page that changed on the way may say so too: what it says of itself is looked at with its rows.
        if (page.Feed == FeedKind.Catalogue) effects.Add(new SyncEffect.RepairCatalogueRange(page));
        else if (page.Equal) NextRange(page.LastKey);
        else effects.Add(new SyncEffect.RepairRange(page));
        return true;
    }

    /// <summary>
    /// Lays a page of the store's feed over what was read. What was read is shown once the marker covers every entry that was
    /// here when the session began: such may be in the cloud under another stream, and would be in the view twice before.
    /// </summary>
    public void Lay(Page page)
    {
        Cursor = (long)page.ToVersion;
        effects.Add(new SyncEffect.LayPage(page, MaySwitch: page.Marker is { } marker && (long)marker.AppliedThrough >= sequenceAtStart && Cursor >= lastVersion));
    }

    /// <summary>A page of the feed is in what is shown.</summary>
    public void PageStored(SyncInput.PageStored stored, TimeSpan now)
    {
        if (stored.HasOld) dropDueAt ??= now + DropPause;
        if (stored.Feed == FeedKind.Catalogue)
        {
            cataloguePageAt = now;
            catalogueDiffers |= stored.ChecksumDiffers;
            if (stored.IsChecked && (catalogueCheckedAt is not { } summed || now - summed >= CheckInterval))
            {
                catalogueCheckedAt = now;
                effects.Add(new SyncEffect.CheckCatalogue());
            }

            CompareCatalogue(now);
            return;
        }

        // Of a catalogue that the cloud sums nothing may come for days.
        if (catalogueCheckedAt is { } before && now - before >= CheckInterval)
        {
            catalogueCheckedAt = now;
            effects.Add(new SyncEffect.CheckCatalogue());
        }

        if (!IsIdle) return;
        if (stored.ChecksumDiffers && !(now < compareNotBefore)) Compare(now);
        else if (checkedAt is not { } last || now - last >= CheckInterval)
        {
            checkedAt = now;
            effects.Add(new SyncEffect.CheckCache());
        }
    }

    /// <summary>Does what is due. False where the cloud owes an answer for too long.</summary>
    public bool Tick(TimeSpan now, bool catalogueIsAtHead)
    {
        if (askedAt is { } asked && now >= asked + AnswerDeadline) return false;
        if (dropDueAt is not { } due || now < due) return true;
        dropDueAt = null;
        dropsCatalogue = catalogueIsAtHead && now - cataloguePageAt >= CatalogueQuiet;
        effects.Add(new SyncEffect.DropOld(dropsCatalogue));
        return true;
    }

    void GoOn(StockSnapshot snapshot, TimeSpan now)
    {
        if (!snapshot.IsWhole)
        {
            Ask(new() { Feed = FeedKind.Store, AfterKey = snapshot.AfterKey, RowsMax = SnapshotRowsMax }, now);
            return;
        }

        reading = Reading.Feed;
        (Cursor, lastVersion) = (snapshot.Next.Version, snapshot.LastVersion);
        Send(new() { FeedFrom = new() { Feed = FeedKind.Store, Cursor = Wire(snapshot.Next) } });
    }

    void Compare(TimeSpan now)
    {
        if (!IsIdle || now < compareNotBefore) return;
        Compare(FeedKind.Store);
    }

    /// <summary>One cache is compared at a time: the catalogue's turn comes when the stock is right.</summary>
    void CompareCatalogue(TimeSpan now)
    {
        if (!catalogueDiffers || !IsIdle || now < compareCatalogueNotBefore) return;
        catalogueDiffers = false;
        Compare(FeedKind.Catalogue);
    }

    string Compared => compared == FeedKind.Catalogue ? "catalogue" : "stock";

    void Compare(FeedKind feed)
    {
        compared = feed;
        comparison = Comparison.Summing;
        corrected = 0;
        effects.Add(new SyncEffect.Alarm("CACHE_DIFFERS", $"The {Compared} here differs from the cloud's; the rows are compared and corrected."));
        Sum();
    }

    void Sum() => effects.Add(compared == FeedKind.Catalogue ? new SyncEffect.SumCatalogue() : new SyncEffect.SumCache());

    void ReadRange(string afterKey) =>
        effects.Add(compared == FeedKind.Catalogue ? new SyncEffect.ReadCatalogueRange(afterKey, CatalogueRangeRows) : new SyncEffect.ReadRange(afterKey, RangeRows));

    void AskRange(string afterKey, string lastKey, byte[] checksum, TimeSpan now) => Ask(
        new() { Feed = compared, AfterKey = afterKey, LastKey = lastKey, RowsMax = SnapshotRowsMax, Checksum = UnsafeByteOperations.UnsafeWrap(checksum) }, now);

    void NextRange(string lastKey)
    {
        if (lastKey.Length > 0)
        {
            ReadRange(lastKey);
            return;
        }

        comparison = Comparison.SummingAgain;
        Sum();
    }

    void Ask(SnapshotRead read, TimeSpan now)
    {
        askedAt = now;
        rangeAfter = read.AfterKey;
        Send(new() { SnapshotRead = read });
    }

    void Send(DeviceMessage message) => effects.Add(new SyncEffect.Send(message));

    static WireCursor Wire(Cache.FeedCursor cursor) => new() { Version = (ulong)cursor.Version, Hash = UnsafeByteOperations.UnsafeWrap(cursor.Hash.ToByteArray()) };
}
