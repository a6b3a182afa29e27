using EdgeRetail.DeviceCli.Commands;
using EdgeRetail.DeviceCli.Devices;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Kiosk;

namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>The agent as a service: holds the ledger, serves kiosk and socket, syncs, until it is told to stop.</summary>
static class AgentHost
{
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(DeviceDoor door, int kioskPort, CommandLine line, Action<KioskAddresses> ready, CancellationToken stoppingToken)
    {
        using var agent = Agent.Open(door.AgentOptions, line.Clock);
        using var loggers = AgentLog.Open(door.DataDirectory);
        var worker = new SyncWorker(agent, door.SyncOptions, line.Random, loggers.CreateLogger<SyncWorker>());
        var options = new KioskOptions(kioskPort, door.SocketPath, CommandLine.SoftwareVersion) { SyncNow = worker.Nudge };
        await using var kiosk = KioskApp.Build(options, agent, loggers);
        ready(await kiosk.StartAsync(stoppingToken));
        using var trim = new IdleTrim(agent);
        var syncing = worker.RunAsync(stoppingToken);
        await Stopped(stoppingToken);

        // Requests that have begun finish, then the session says goodbye; the ledger is closed last.
        using var limit = new CancellationTokenSource(StopPatience, line.Clock);
        await kiosk.StopAsync(limit.Token);
        await syncing;
    }

    static async Task Stopped(CancellationToken stoppingToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stoppingToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
