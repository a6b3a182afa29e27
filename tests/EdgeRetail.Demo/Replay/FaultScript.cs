using EdgeRetail.Checker.History;
using EdgeRetail.Demo.Stage;

namespace EdgeRetail.Demo.Replay;

/// <summary>
/// What goes wrong while the shops sell, each at a place in an agent's own work: the first agent's network is cut, the second
/// is killed in the middle of a request and started again, and during the third's work cloud-sync restarts.
/// </summary>
sealed class FaultScript(Shops shops, RunLog log, Action<string> say)
{
    static readonly TimeSpan CutAtLeast = TimeSpan.FromSeconds(3);

    readonly List<Task> faults = [];
    readonly TaskCompletionSource soldOffline = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called by an agent's seller before each command.</summary>
    public void Before(int agent, int index, int count)
    {
        if (agent == 0 && index == count / 5) Start(CutAsync(shops.Agents[0]));
        if (agent == 0 && index == count * 3 / 5) soldOffline.TrySetResult();
        if (agent == 1 && index == count / 2) Start(KillAsync(shops.Agents[1]));
        if (agent == 2 && index == count * 2 / 5) Start(RestartCloudAsync());
    }

    /// <summary>Ends when everything that was broken is mended.</summary>
    public Task MendedAsync()
    {
        soldOffline.TrySetResult();
        lock (faults) return Task.WhenAll([.. faults]);
    }

    void Start(Task fault)
    {
        lock (faults) faults.Add(fault);
    }

    async Task CutAsync(AgentService agent)
    {
        var began = RunLog.Now;
        say($"{agent.Code}: the network is cut; it goes on selling");
        agent.CutNetwork();
        await Task.WhenAll(soldOffline.Task, Task.Delay(CutAtLeast));
        agent.RestoreNetwork();
        log.Add(new HistoryEvent.Fault(began, RunLog.Now, "network cut", agent.Code, []));
        say($"{agent.Code}: the network is back after {(RunLog.Now - began).TotalSeconds:0.0} s");
    }

    async Task KillAsync(AgentService agent)
    {
        var began = RunLog.Now;
        say($"{agent.Code}: killed with SIGKILL while it sells");
        // Not at once: the seller's next request shall be on its way.
        await Task.Delay(TimeSpan.FromMilliseconds(3));
        await agent.KillAsync();
        await agent.StartAsync();
        log.Add(new HistoryEvent.Fault(began, RunLog.Now, "SIGKILL", agent.Code, []));
        say($"{agent.Code}: started again after {(RunLog.Now - began).TotalSeconds:0.0} s; the open sale is sent once more");
    }

    async Task RestartCloudAsync()
    {
        var began = RunLog.Now;
        say("cloud-sync: restarted; every shop goes on selling");
        await Task.Run(shops.Cloud.StopAsync);
        await shops.Cloud.StartAsync();
        log.Add(new HistoryEvent.Fault(began, RunLog.Now, "restart", "cloud-sync", []));
        say($"cloud-sync: back after {(RunLog.Now - began).TotalSeconds:0.0} s");
    }
}
