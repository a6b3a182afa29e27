namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>How long one opening of the ledger is served: until the process is to stop, or the ledger is to be opened again.</summary>
sealed class AgentLifetime : IDisposable
{
    readonly CancellationTokenSource ending;

    public AgentLifetime(CancellationToken stoppingToken) => ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);

    public CancellationToken Token => ending.Token;

    /// <summary>Ends this opening from another thread: whoever asked gets an answer first.</summary>
    public void Reopen() => ThreadPool.QueueUserWorkItem(_ =>
    {
        try
        {
            ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    });

    public void Dispose() => ending.Dispose();
}
