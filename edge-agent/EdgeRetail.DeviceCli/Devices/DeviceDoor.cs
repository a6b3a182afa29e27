using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.DeviceCli.Devices;

/// <summary>
/// The way to a device's agent: through the socket where <c>edgeretail run</c> holds the ledger, else by opening it. Two
/// commands at once take turns.
/// </summary>
sealed class DeviceDoor(string dataDirectory, string? cloud, string softwareVersion, TimeProvider clock, Random random, ILoggerFactory loggers)
{
    /// <summary>The longest that another command is waited for; all but a sync or a verify take milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public string DataDirectory => dataDirectory;

    public string SocketPath => Path.Combine(dataDirectory, "agent.sock");

    public AgentOptions AgentOptions => new(dataDirectory);

    public SyncWorkerOptions SyncOptions => new(new DeviceFacts(softwareVersion, HardwareFingerprint.Read()), dataDirectory, cloud);

    public async Task<IDevice> OpenAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (await SocketDevice.ConnectAsync(SocketPath, clock, cancellationToken) is { } running) return running;
            try
            {
                return new LedgerDevice(Agent.Open(AgentOptions, clock), SyncOptions, random, loggers);
            }
            catch (LedgerException e) when (e.Code == LedgerException.Busy && clock.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
            catch (LedgerException e)
            {
                throw CommandFailure.Of(e);
            }
        }
    }
}
