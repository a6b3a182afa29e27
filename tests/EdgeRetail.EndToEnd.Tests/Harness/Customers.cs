namespace EdgeRetail.EndToEnd.Tests.Harness;

/// <summary>Customers who keep coming to one kiosk until they are told to stop, whatever happens to the agent meanwhile.</summary>
sealed class Customers : IAsyncDisposable
{
    readonly CancellationTokenSource closing = new();
    readonly Task queue;
    int served;

    public Customers(Kiosk kiosk, int seed, TimeSpan? pace = null) => queue = ServeAsync(kiosk, new(seed), pace ?? TimeSpan.FromMilliseconds(5));

    public int Served => Volatile.Read(ref served);

    /// <summary>The last customer is served, and nothing went wrong with any of them.</summary>
    public async Task<int> StopAsync()
    {
        await closing.CancelAsync();
        await queue;
        return Served;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await queue.ContinueWith(_ => { }, TaskScheduler.Default);
        closing.Dispose();
    }

    async Task ServeAsync(Kiosk kiosk, Random random, TimeSpan pace)
    {
        while (!closing.IsCancellationRequested)
        {
            await kiosk.SellAsync(Basket.Drawn(random));
            Interlocked.Increment(ref served);
            await Task.Delay(pace);
        }
    }
}
