namespace EdgeRetail.CloudSync.Devices;

/// <summary>The calls whose response is not complete yet.</summary>
public sealed class OpenCalls
{
    readonly Lock gate = new();
    readonly HashSet<TaskCompletionSource> open = [];

    /// <summary>Counts a call until the last byte of its response was handed to the connection.</summary>
    public void Add(HttpResponse response)
    {
        var call = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) open.Add(call);
        response.OnCompleted(() =>
        {
            lock (gate) open.Remove(call);
            call.SetResult();
            return Task.CompletedTask;
        });
    }

    /// <summary>Completes when those that are open now have ended; those that come meanwhile are not waited for.</summary>
    public Task EndedAsync()
    {
        lock (gate) return Task.WhenAll(open.Select(call => call.Task));
    }
}
