using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// Sends one session its pages: the store's before the catalogue's, as far as the device's credit goes, each feed in
/// order and without a gap. The first store page goes out also when it is empty, so that the device knows it is at the head.
/// </summary>
public sealed class FeedPump(
    StoreFeedReader storeFeed, CatalogueFeedReader catalogueFeed, FeedWatch watch, PageCredit credit, StreamId stream, long storeCursor, long catalogueCursor, TimeProvider clock)
{
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    bool storeIsFirst = true;
    bool storeIsDue = true;
    bool catalogueIsDue = true;

    /// <summary>Runs until it is cancelled, or until a feed turns out to be behind the device's cursor.</summary>
    public async Task<FeedPage.BehindCursor> RunAsync(Action<Page> send, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Asked before every page: between two pages of a long download the store may have moved.
                Note(watch.TakeMoved());
                if (storeIsDue && credit.Has(FeedKind.Store))
                {
                    if (await StorePageAsync(send, cancellationToken) is { } behind) return behind;
                    continue;
                }

                if (catalogueIsDue && credit.Has(FeedKind.Catalogue))
                {
                    if (await CataloguePageAsync(send, cancellationToken) is { } behind) return behind;
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

    async Task<FeedPage.BehindCursor?> StorePageAsync(Action<Page> send, CancellationToken cancellationToken)
    {
        switch (await storeFeed.ReadAsync(watch.Store, storeCursor, stream, cancellationToken))
        {
            case FeedPage.BehindCursor behind: return behind;
            case FeedPage.Read { Page: var page, AtHead: var atHead }:
                // A commit after this read tells the watch again.
                storeIsDue = !atHead;
                if (page.ToVersion > page.FromVersion || storeIsFirst)
                {
                    storeCursor = (long)page.ToVersion;
                    credit.Take(FeedKind.Store, storeCursor);
                    storeIsFirst = false;
                    send(page);
                }

                break;
        }

        return null;
    }

    async Task<FeedPage.BehindCursor?> CataloguePageAsync(Action<Page> send, CancellationToken cancellationToken)
    {
        switch (await catalogueFeed.ReadAsync(catalogueCursor, cancellationToken))
        {
            case FeedPage.BehindCursor behind: return behind;
            case FeedPage.Read { Page: var page, AtHead: var atHead }:
                catalogueIsDue = !atHead;
                if (page.ToVersion > page.FromVersion)
                {
                    catalogueCursor = (long)page.ToVersion;
                    credit.Take(FeedKind.Catalogue, catalogueCursor);
                    send(page);
                }

                break;
        }

        return null;
    }
}
