using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>
/// Tells the supervisor (systemd) that the agent is alive: only while the one writer can be had and the loop that syncs comes round.
/// An agent that hangs in either is ended and started again by the supervisor, which loses nothing: that is the crash's way.
/// </summary>
sealed class Pulse : IAsyncDisposable
{
    readonly Supervisor supervisor;
    readonly TimeProvider clock;
    readonly ILogger logger;
    readonly CancellationTokenSource ending = new();
    readonly Task beating;
    volatile Watched? watched;

    public Pulse(Supervisor supervisor, TimeProvider clock, ILogger<Pulse> logger)
    {
        this.supervisor = supervisor;
        this.clock = clock;
        this.logger = logger;
        beating = supervisor.WatchdogInterval is { } interval ? Task.Run(() => BeatAsync(interval)) : Task.CompletedTask;
    }

    /// <summary>From now on it is about these; after the returned is disposed of, about none: between two openings of the ledger nothing can hang in them.</summary>
    public IDisposable Watch(Agent agent, SyncWorker worker)
    {
        watched = new(agent, worker, this);
        return watched;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await beating;
        ending.Dispose();
    }

    async Task BeatAsync(TimeSpan interval)
    {
        var told = false;
        while (!ending.IsCancellationRequested)
        {
            // Whoever has the writer for good has this loop too, and nothing is told.
            watched?.Agent.AwaitWriter();
            var isStuck = watched?.Worker.IsStuck == true;
            if (!isStuck) supervisor.Alive();
            else if (!told) logger.LogSyncStuck();
            told = isStuck;
            await Task.Delay(interval, clock, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    sealed record Watched(Agent Agent, SyncWorker Worker, Pulse Pulse) : IDisposable
    {
        public void Dispose() => Pulse.watched = null;
    }
}
