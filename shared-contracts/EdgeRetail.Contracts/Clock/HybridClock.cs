namespace EdgeRetail.Contracts.Clock;

/// <summary>
/// The steps of a hybrid logical clock (Kulkarni et al. 2014): pure, the state goes in and comes out. A receive ticks once,
/// as in the paper. Counter overflow adds a millisecond.
/// </summary>
public static class HybridClock
{
    /// <summary>The timestamp of a local event: above <paramref name="last"/>, and at least the physical time.</summary>
    public static HybridTimestamp Send(HybridTimestamp last, long physicalMilliseconds) =>
        physicalMilliseconds > last.Milliseconds ? new(physicalMilliseconds, 0) : Tick(last);

    /// <summary>
    /// The timestamp after a message: above both. False, and the clock untouched, where the message is further ahead of the
    /// physical time than the bound (zero: no bound).
    /// </summary>
    public static bool TryReceive(HybridTimestamp last, HybridTimestamp message, long physicalMilliseconds, TimeSpan bound, out HybridTimestamp next)
    {
        next = last;
        if (bound > TimeSpan.Zero && message.Milliseconds - physicalMilliseconds > (long)bound.TotalMilliseconds) return false;
        var highest = message.CompareTo(last) > 0 ? message : last;
        next = physicalMilliseconds > highest.Milliseconds ? new(physicalMilliseconds, 0) : Tick(highest);
        return true;
    }

    static HybridTimestamp Tick(HybridTimestamp last) =>
        last.Counter < HybridTimestamp.CounterMax ? new(last.Milliseconds, last.Counter + 1) : new(last.Milliseconds + 1, 0);
}
