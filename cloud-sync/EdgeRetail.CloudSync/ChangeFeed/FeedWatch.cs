using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.ChangeFeed;

/// <summary>One session's watch over its store's feed and the catalogue's: any number of notifications before it looks are one.</summary>
public sealed class FeedWatch(StoreId store, Action<FeedWatch> unwatch) : IDisposable
{
    readonly Lock gate = new();
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool storeMoved;
    bool catalogueMoved;

    public StoreId Store => store;

    /// <summary>Returns once somebody told, since the last <see cref="TakeMoved"/>.</summary>
    public Task MovedAsync(CancellationToken cancellationToken)
    {
        lock (gate) return moved.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Which of the feeds have moved since the last time; none where somebody only asked to look again.</summary>
    public (bool Store, bool Catalogue) TakeMoved()
    {
        lock (gate)
        {
            if (moved.Task.IsCompleted) moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var which = (storeMoved, catalogueMoved);
            (storeMoved, catalogueMoved) = (false, false);
            return which;
        }
    }

    /// <summary>Wakes the waiter.</summary>
    public void Tell(bool store = false, bool catalogue = false)
    {
        lock (gate)
        {
            storeMoved |= store;
            catalogueMoved |= catalogue;
            moved.TrySetResult();
        }
    }

    public void Dispose() => unwatch(this);
}
