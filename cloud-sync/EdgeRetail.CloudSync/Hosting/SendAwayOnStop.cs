using EdgeRetail.CloudSync.Devices;

namespace EdgeRetail.CloudSync.Hosting;

/// <summary>Before the server drains its calls, every device is told to come back elsewhere: calls of devices never end by themselves.</summary>
sealed class SendAwayOnStop(SessionRegistry registry, IHostApplicationLifetime lifetime) : IHostedService
{
    CancellationTokenRegistration registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        registration = lifetime.ApplicationStopping.Register(registry.SendAway);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        registration.Dispose();
        return Task.CompletedTask;
    }
}
