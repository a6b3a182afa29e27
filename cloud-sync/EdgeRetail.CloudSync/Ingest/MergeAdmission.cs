using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Ingest;

/// <summary>
/// Bounds the merges that run at once on this replica, and lets one per store at a time to the database, so that nobody
/// holds a connection only to wait for another's store head. A fresh sale (few entries) goes before devices that catch up;
/// who has waited long goes before both.
/// </summary>
public sealed class MergeAdmission(int concurrentMax, TimeProvider clock)
{
    /// <summary>Up to so many entries count as fresh: milliseconds of work.</summary>
    public const int FreshEntriesMax = 32;

    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    readonly Lock gate = new();
    readonly LinkedList<Waiter> waiting = [];
    readonly HashSet<StoreId> merging = [];

    /// <summary>Waits for a turn; whoever got it disposes it.</summary>
    public async Task<Turn> EnterAsync(StoreId store, int entries, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (gate)
        {
            if (waiting.Count == 0 && merging.Count < concurrentMax && merging.Add(store)) return new(this, store);
            waiter = new(store, entries <= FreshEntriesMax, clock.GetTimestamp());
            waiting.AddLast(waiter);
            Admit();
        }

        await using var registration = cancellationToken.Register(() => Abandon(waiter, cancellationToken));
        return await waiter.Admitted.Task;
    }

    void Leave(StoreId store)
    {
        lock (gate)
        {
            merging.Remove(store);
            Admit();
        }
    }

    void Abandon(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (waiting.Remove(waiter)) waiter.Admitted.TrySetCanceled(cancellationToken);
        }
    }

    void Admit()
    {
        while (merging.Count < concurrentMax && Next() is { } next)
        {
            waiting.Remove(next);
            merging.Add(next.Store);
            next.Admitted.SetResult(new(this, next.Store));
        }
    }

    Waiter? Next()
    {
        Waiter? first = null;
        foreach (var waiter in waiting)
        {
            if (merging.Contains(waiter.Store)) continue;
            if (clock.GetElapsedTime(waiter.Since) > Patience) return waiter;
            if (waiter.Fresh) return waiter;
            first ??= waiter;
        }

        return first;
    }

    /// <summary>The right to merge into one store.</summary>
    public readonly struct Turn(MergeAdmission admission, StoreId store) : IDisposable
    {
        public void Dispose() => admission.Leave(store);
    }

    sealed class Waiter(StoreId store, bool fresh, long since)
    {
        public StoreId Store => store;

        public bool Fresh => fresh;

        public long Since => since;

        public TaskCompletionSource<Turn> Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
