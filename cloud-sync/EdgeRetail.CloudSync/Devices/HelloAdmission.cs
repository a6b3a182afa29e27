namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// Lets so many Hellos a second to the database, and so many at once. When a region comes back all at once, whoever finds no
/// room is given a time of its own to come back: one after the other at the rate that is taken, so that the herd that returns is
/// no herd any more. Without I/O; any thread may ask.
/// </summary>
public sealed class HelloAdmission(HelloAdmissionOptions options, TimeProvider clock) : IDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim opened = new(options.AtOnceMax);
    readonly long startedAt = clock.GetTimestamp();
    int opening;
    double tokens = options.Burst;
    TimeSpan refilledAt;
    TimeSpan nextReturn;

    /// <summary>A turn, which whoever got it disposes; or how long to stay away.</summary>
    public HelloTurn Enter()
    {
        lock (gate)
        {
            var now = clock.GetElapsedTime(startedAt);
            tokens = Math.Min(options.Burst, tokens + ((now - refilledAt).TotalSeconds * options.PerSecond));
            refilledAt = now;
            if (tokens >= 1 && opening < options.AtOnceMax)
            {
                tokens--;
                opening++;
                return new HelloTurn.Admitted(this);
            }

            // Beyond the longest wait they share the last slot, and are told again.
            var earliest = now + options.ReturnAfterMin;
            nextReturn = nextReturn < earliest ? earliest : nextReturn;
            var after = nextReturn - now;
            if (after < options.ReturnAfterMax) nextReturn += TimeSpan.FromSeconds(1 / options.PerSecond);
            return new HelloTurn.Refused(after);
        }
    }

    /// <summary>
    /// The Hello of a device that was let in has come: waits for a place to open it in. Between the two nobody holds one, so that
    /// devices which connect and say nothing keep nobody out.
    /// </summary>
    public async Task<Opening> OpenAsync(CancellationToken cancellationToken)
    {
        await opened.WaitAsync(cancellationToken);
        return new(opened);
    }

    public void Dispose() => opened.Dispose();

    void Leave()
    {
        lock (gate) opening--;
    }

    /// <summary>A place in which one Hello is opened.</summary>
    public readonly struct Opening(SemaphoreSlim opened) : IDisposable
    {
        public void Dispose() => opened.Release();
    }

    /// <summary>What came of asking.</summary>
    public abstract record HelloTurn
    {
        HelloTurn()
        {
        }

        public sealed record Admitted(HelloAdmission Admission) : HelloTurn, IDisposable
        {
            int left;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref left, 1) == 0) Admission.Leave();
            }
        }

        public sealed record Refused(TimeSpan ReturnAfter) : HelloTurn;
    }
}
