using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// How many pages a device may have been sent and not applied, over both feeds. The catalogue leaves one of them to the
/// store: what was sold next door waits behind no download.
/// </summary>
public sealed class PageCredit(int pagesInFlightMax)
{
    readonly Lock gate = new();
    readonly Queue<long> store = [];
    readonly Queue<long> catalogue = [];
    bool asked;

    /// <summary>Whether a page of the feed may be sent; where not, the next <see cref="Give"/> says that someone asked.</summary>
    public bool Has(FeedKind feed)
    {
        lock (gate)
        {
            var has = store.Count + catalogue.Count < (feed == FeedKind.Store ? pagesInFlightMax : pagesInFlightMax - 1);
            asked |= !has;
            return has;
        }
    }

    /// <summary>A page through this version was sent.</summary>
    public void Take(FeedKind feed, long toVersion)
    {
        lock (gate) Of(feed).Enqueue(toVersion);
    }

    /// <summary>The device has applied the feed through this version. True where a page was waiting for that.</summary>
    public bool Give(FeedKind feed, long version)
    {
        lock (gate)
        {
            var sent = Of(feed);
            while (sent.TryPeek(out var toVersion) && toVersion <= version) sent.Dequeue();
            var waited = asked;
            asked = false;
            return waited;
        }
    }

    Queue<long> Of(FeedKind feed) => feed == FeedKind.Store ? store : catalogue;
}
