using EdgeRetail.DeviceCli.Commands;
using EdgeRetail.DeviceCli.Devices;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Retention;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Kiosk;

namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>The agent as a service: holds the ledger, serves kiosk and socket, syncs, until it is told to stop.</summary>
static class AgentHost
{
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(DeviceDoor door, int kioskPort, CommandLine line, Action<KioskAddresses> ready, CancellationToken stoppingToken)
    {
        using var loggers = AgentLog.Open(door.DataDirectory);
        using var supervisor = Supervisor.Of(line.Variable);
        await using var pulse = new Pulse(supervisor, line.Clock, loggers.CreateLogger<Pulse>());
        await using var stopping = stoppingToken.Register(supervisor.Stopping);
        var standstills = new Standstills(line.Clock);
        var port = kioskPort;
        var first = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            using var lifetime = new AgentLifetime(stoppingToken);
            await ServeAsync(
                door, port, line, loggers, lifetime, pulse, standstills,
                addresses =>
                {
                    // A page that is open comes back to the address that it knows.
                    port = addresses.Page.Port;
                    if (first)
                    {
                        ready(addresses);
                        supervisor.Ready();
                    }

                    first = false;
                });
        }
    }

    /// <summary>One opening of the ledger: what stands on the disk is checked, mended where it is damaged, and served.</summary>
    static async Task ServeAsync(DeviceDoor door, int kioskPort, CommandLine line, ILoggerFactory loggers, AgentLifetime lifetime, Pulse pulse, Standstills standstills, Action<KioskAddresses> ready)
    {
        using var agent = Agent.Open(door.AgentOptions, line.Clock);
        foreach (var note in agent.OpeningNotes) loggers.CreateLogger<Agent>().LogOpening(note);
        var worker = new SyncWorker(agent, door.SyncOptions, line.Random, loggers.CreateLogger<SyncWorker>());
        worker.StoodStill += (_, _) =>
        {
            if (!standstills.MayReopen()) return;
            loggers.CreateLogger<Agent>().LogStandstill();
            lifetime.Reopen();
        };
        using var watched = pulse.Watch(agent, worker);
        var options = new KioskOptions(kioskPort, door.SocketPath, CommandLine.SoftwareVersion)
        {
            SyncNow = worker.Nudge,
            Repair = () =>
            {
                Agent.WantRepair(door.AgentOptions);
                lifetime.Reopen();
            },
        };
        await using var kiosk = KioskApp.Build(options, agent, loggers);
        ready(await kiosk.StartAsync(lifetime.Token));
        using var trim = new IdleTrim(agent);
        using var housekeeping = new Housekeeping(agent, loggers.CreateLogger<Housekeeping>());
        var syncing = worker.RunAsync(lifetime.Token);
        await Stopped(lifetime.Token);

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
