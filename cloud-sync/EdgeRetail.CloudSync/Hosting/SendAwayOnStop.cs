using EdgeRetail.CloudSync.Devices;

namespace EdgeRetail.CloudSync.Hosting;

/// <summary>
/// Before anything stops, every device is told to come back elsewhere, and its call ends: calls of devices never end by
/// themselves, and a server that has begun to stop closes each connection with its last call. Who calls meanwhile is sent away too.
/// </summary>
sealed class SendAwayOnStop(SessionRegistry registry, OpenCalls calls, TimeProvider clock) : IHostedLifecycleService
{
    /// <summary>Longer than a device takes to leave; what is open then is the server's to drain.</summary>
    static readonly TimeSpan Patience = DeviceSession.LeavePatience * 2;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        registry.SendAway();
        await calls.EndedAsync().WaitAsync(Patience, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
