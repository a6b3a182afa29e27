using System.Collections.Concurrent;
using EdgeRetail.Contracts.Sync.V1;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>
/// What a device has asked of its feeds and was not answered yet. One snapshot page at a time is under way, from the question
/// until the page has left: the memory that a session takes is bounded whatever the device asks.
/// </summary>
public sealed class FeedRequests(Action wake)
{
    const int StartsMax = 8;

    readonly ConcurrentQueue<FeedFrom> starts = [];
    SnapshotRead? asked;
    int underWay;

    /// <summary>False where a snapshot page is under way already.</summary>
    public bool TryAsk(SnapshotRead read)
    {
        if (Interlocked.Exchange(ref underWay, 1) == 1) return false;
        Volatile.Write(ref asked, read);
        wake();
        return true;
    }

    /// <summary>False where more is asked than a device has reason to.</summary>
    public bool TryStart(FeedFrom from)
    {
        if (starts.Count >= StartsMax) return false;
        starts.Enqueue(from);
        wake();
        return true;
    }

    /// <summary>The page that was asked for is on its way.</summary>
    public void SnapshotSent()
    {
        Volatile.Write(ref underWay, 0);
        wake();
    }

    public SnapshotRead? AskedSnapshot => Volatile.Read(ref asked);

    public void SnapshotAnswered() => Volatile.Write(ref asked, null);

    public bool TryPeekStart(out FeedFrom from) => starts.TryPeek(out from!);

    public void StartDone() => starts.TryDequeue(out _);
}
