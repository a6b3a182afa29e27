using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// Sends one session its pages: the store's, then what was asked of a snapshot, then the catalogue's, as far as the device's
/// credit goes, each feed in order and without a gap. A feed whose cursor is of another history waits until the device names
/// one of this. The first store page goes out also when it is empty, so that the device knows it is at the head; so does one
/// whose marker has news. So does the first page of a catalogue that has anything: its checksum shows what rotted on the device.
/// </summary>
public sealed class FeedPump
{
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    readonly StoreFeedReader storeFeed;
    readonly CatalogueFeedReader catalogueFeed;
    readonly SnapshotReader snapshots;
    readonly FeedWatch watch;
    readonly PageCredit credit;
    readonly FeedRequests requests;
    readonly StreamId stream;
    readonly TimeProvider clock;

    // Null while the feed waits for a cursor of this history.
    ReadCursor? storeCursor;
    ReadCursor? catalogueCursor;
    ulong? markerSent;
    long answerSent;
    bool storeIsDue = true;
    bool catalogueIsDue = true;
    bool catalogueSent;

    public FeedPump(
        StoreFeedReader storeFeed, CatalogueFeedReader catalogueFeed, SnapshotReader snapshots, FeedWatch watch, PageCredit credit, FeedRequests requests,
        StreamId stream, ReadCursor? storeCursor, ReadCursor? catalogueCursor, TimeProvider clock)
    {
        this.storeFeed = storeFeed;
        this.catalogueFeed = catalogueFeed;
        this.snapshots = snapshots;
        this.watch = watch;
        this.credit = credit;
        this.requests = requests;
        this.stream = stream;
        this.storeCursor = storeCursor;
        this.catalogueCursor = catalogueCursor;
        this.clock = clock;
    }

    /// <summary>Runs until it is cancelled, or until a feed turns out to be of another history than the device has.</summary>
    public async Task<FeedEnd> RunAsync(Action<Page> send, Action<SnapshotPage> sendSnapshot, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Asked before every page: between two pages of a long download the store may have moved.
                Note(watch.TakeMoved());
                if (requests.TryPeekStart(out var from))
                {
                    if (await StartAsync(from, cancellationToken) is { } unknown) return unknown;
                    requests.StartDone();
                    continue;
                }

                if (storeIsDue && storeCursor is { } store && credit.Has(FeedKind.Store))
                {
                    if (await StorePageAsync(store, send, cancellationToken) is { } end) return end;
                    continue;
                }

                if (requests.AskedSnapshot is { } asked)
                {
                    var page = await snapshots.ReadAsync(watch.Store, asked, cancellationToken);
                    requests.SnapshotAnswered();
                    sendSnapshot(page);
                    continue;
                }

                if (catalogueIsDue && catalogueCursor is { } catalogue && credit.Has(FeedKind.Catalogue))
                {
                    if (await CataloguePageAsync(catalogue, send, cancellationToken) is { } end) return end;
                    continue;
                }

                await watch.MovedAsync(cancellationToken);
            }
            catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None)
            {
                // The head poller says that the database is away; pages wait until it is back.
                await Task.Delay(PauseAfterFailure, clock, cancellationToken);
            }
        }
    }

    void Note((bool Store, bool Catalogue) moved)
    {
        storeIsDue |= moved.Store;
        catalogueIsDue |= moved.Catalogue;
    }

    /// <summary>The feed goes on after the cursor that the device names; that it is of this history, the first page's reading sees.</summary>
    async Task<FeedEnd?> StartAsync(FeedFrom from, CancellationToken cancellationToken)
    {
        var cursor = ReadCursor.Of(from.Cursor);
        var read = from.Feed == FeedKind.Store
            ? await storeFeed.ReadAsync(watch.Store, cursor, stream, cancellationToken)
            : await catalogueFeed.ReadAsync(cursor, cancellationToken);
        if (read is FeedPage.BehindCursor) return new FeedEnd.CursorUnknown(from.Feed, cursor.Version);
        if (from.Feed == FeedKind.Store)
        {
            (storeCursor, storeIsDue, markerSent) = (cursor, true, null);
        }
        else
        {
            (catalogueCursor, catalogueIsDue) = (cursor, true);
        }

        return null;
    }

    async Task<FeedEnd?> StorePageAsync(ReadCursor cursor, Action<Page> send, CancellationToken cancellationToken)
    {
        switch (await storeFeed.ReadAsync(watch.Store, cursor, stream, cancellationToken))
        {
            case FeedPage.BehindCursor behind: return new FeedEnd.SetBack(FeedKind.Store, behind.Head);
            case FeedPage.Read { IsOfNoStream: true }: return new FeedEnd.StreamUnknown(stream);
            case FeedPage.Read { Page: var page, AtHead: var atHead, LastAnswer: var answer }:
                // A commit after this read tells the watch again.
                storeIsDue = !atHead;
                var marker = page.Marker?.AppliedThrough ?? markerSent ?? 0;
                if (page.ToVersion > page.FromVersion || marker != markerSent || answer > answerSent)
                {
                    answerSent = Math.Max(answerSent, answer);
                    storeCursor = ReadCursor.After(page);
                    markerSent = marker;
                    credit.Take(FeedKind.Store, (long)page.ToVersion);
                    send(page);
                }

                break;
        }

        return null;
    }

    async Task<FeedEnd?> CataloguePageAsync(ReadCursor cursor, Action<Page> send, CancellationToken cancellationToken)
    {
        switch (await catalogueFeed.ReadAsync(cursor, cancellationToken))
        {
            case FeedPage.BehindCursor behind: return new FeedEnd.SetBack(FeedKind.Catalogue, behind.Head);
            case FeedPage.Read { Page: var page, AtHead: var atHead }:
                catalogueIsDue = !atHead;
                if (page.ToVersion > page.FromVersion || (!catalogueSent && page.ToVersion > 0))
                {
                    catalogueCursor = ReadCursor.After(page);
                    catalogueSent = true;
                    credit.Take(FeedKind.Catalogue, (long)page.ToVersion);
                    send(page);
                }

                break;
        }

        return null;
    }
}
