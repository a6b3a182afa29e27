namespace EdgeRetail.TestKit;

/// <summary>What happens to the bytes of one direction of a <see cref="TcpProxy"/>.</summary>
sealed class TcpProxyLane
{
    readonly Lock gate = new();
    TaskCompletionSource? stalled;
    TaskCompletionSource? cut;
    long? swallowAfter;
    long? corruptAfter;
    byte corruptWith;
    TaskCompletionSource? corrupted;
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

    public Task CorruptAfter(long bytes, int bit)
    {
        lock (gate)
        {
            (corruptAfter, corruptWith) = (bytes, (byte)(1 << bit));
            return (corrupted = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Ends the faults; true where bytes were lost or corrupted.</summary>
    public bool Heal()
    {
        lock (gate)
        {
            stalled?.TrySetResult();
            stalled = null;
            cut?.TrySetCanceled();
            cut = null;
            swallowAfter = null;
            corruptAfter = null;
            corrupted?.TrySetCanceled();
            corrupted = null;
            return Interlocked.Exchange(ref lost, false);
        }
    }

    /// <summary>Waits while the lane is stalled, then says how many bytes of the chunk go on, and whether the connection is reset after them.</summary>
    public async Task<(int Forward, TaskCompletionSource? CutNow)> AdmitAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (stalled is null) return Admit(bytes.Span);
                wait = stalled.Task;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    (int Forward, TaskCompletionSource? CutNow) Admit(Span<byte> bytes)
    {
        var forward = bytes.Length;
        if (swallowAfter is { } left)
        {
            forward = (int)Math.Min(forward, left);
            swallowAfter = left - forward;
            if (forward < bytes.Length) lost = true;
        }

        if (corruptAfter is { } sound)
        {
            if (sound < forward)
            {
                bytes[(int)sound] ^= corruptWith;
                corruptAfter = null;
                lost = true;
                corrupted?.TrySetResult();
            }
            else
            {
                corruptAfter = sound - forward;
            }
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
