using EdgeRetail.DeviceCli.Output;
using EdgeRetail.EdgeAgent;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Devices;

/// <summary>
/// The way to a device's agent: through the socket where <c>edgeretail run</c> holds the ledger, else by opening it. Two
/// commands at once take turns.
/// </summary>
sealed class DeviceDoor(string dataDirectory, int? approvalAboveHundredths, string? cloud, string softwareVersion, TimeProvider clock, Random random, ILoggerFactory loggers)
{
    /// <summary>The longest that another command is waited for; all but a sync or a verify take milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A ledger of years on a slow card is read once as a whole.
    static readonly TimeSpan RepairPatience = TimeSpan.FromMinutes(10);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public string DataDirectory => dataDirectory;

    public string SocketPath => Path.Combine(dataDirectory, "agent.sock");

    public AgentOptions AgentOptions => new(dataDirectory) { ApprovalAboveHundredths = approvalAboveHundredths };

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

    /// <summary>
    /// Has the ledger checked as a whole and mended: by the agent that runs, which opens it again for that, or here where none does.
    /// </summary>
    public async Task<RepairResponse> RepairAsync(CancellationToken cancellationToken)
    {
        var isAsked = false;
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                if (await SocketDevice.ConnectAsync(SocketPath, clock, cancellationToken) is { } running)
                {
                    await using (running)
                    {
                        var answer = isAsked ? await running.RepairedAsync(cancellationToken) : await running.RepairAsync(cancellationToken);
                        isAsked = true;
                        if (!answer.Pending) return answer;
                    }
                }
                else if (!isAsked)
                {
                    Agent.WantRepair(AgentOptions);
                    using var agent = Agent.Open(AgentOptions, clock);
                    return new LocalDesk(agent, softwareVersion).Repaired();
                }
            }
            catch (LedgerException e) when (e.Code == LedgerException.Busy && clock.GetElapsedTime(started) < Patience)
            {
                // Another command, or an agent that is about to answer.
            }
            catch (LedgerException e)
            {
                throw CommandFailure.Of(e);
            }
            catch (CommandFailure e) when (isAsked && e.Error.Code == SocketDevice.WentAway && clock.GetElapsedTime(started) < RepairPatience)
            {
                // It closes the ledger and opens it again.
            }

            if (clock.GetElapsedTime(started) > RepairPatience)
                throw CommandFailure.Refused("REPAIR_PENDING", "The agent did not open the ledger again in time.", "Look at its log, and start 'edgeretail run' again: it goes on with the repair.");
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }
}
