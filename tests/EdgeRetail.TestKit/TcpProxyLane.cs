namespace EdgeRetail.TestKit;

/// <summary>What happens to the bytes of one direction of a <see cref="TcpProxy"/>.</summary>
sealed class TcpProxyLane
{
    readonly Lock gate = new();
    TaskCompletionSource? stalled;
    TaskCompletionSource? cut;
    long? swallowAfter;
    long cutAfter;
    bool lost;
    long passed;

    public long Passed => Interlocked.Read(ref passed);

    public void Stall()
    {
        lock (gate) stalled ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Swallow(long afterBytes)
    {
        lock (gate) swallowAfter = afterBytes;
    }

    public Task CutAfter(long bytes)
    {
        lock (gate)
        {
            cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
            cutAfter = bytes;
            return cut.Task;
        }
    }

    /// <summary>Ends the faults; true where bytes were lost.</summary>
    public bool Heal()
    {
        lock (gate)
        {
            stalled?.TrySetResult();
            stalled = null;
            cut?.TrySetCanceled();
            cut = null;
            swallowAfter = null;
            return Interlocked.Exchange(ref lost, false);
        }
    }

    /// <summary>Waits while the lane is stalled, then says how many bytes of the chunk go on, and whether the connection is reset after them.</summary>
    public async Task<(int Forward, TaskCompletionSource? CutNow)> AdmitAsync(int bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (stalled is null) return Admit(bytes);
                wait = stalled.Task;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    (int Forward, TaskCompletionSource? CutNow) Admit(int bytes)
    {
        var forward = bytes;
        if (swallowAfter is { } left)
        {
            forward = (int)Math.Min(forward, left);
            swallowAfter = left - forward;
            if (forward < bytes) lost = true;
        }

        TaskCompletionSource? now = null;
        if (cut is not null)
        {
            if (cutAfter <= forward)
            {
                forward = (int)cutAfter;
                (now, cut) = (cut, null);
            }
            else
            {
                cutAfter -= forward;
            }
        }

        Interlocked.Add(ref passed, forward);
        return (forward, now);
    }
}
