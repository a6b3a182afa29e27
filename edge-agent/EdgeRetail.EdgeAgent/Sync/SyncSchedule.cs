namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// When to call again: pure, chance goes in. Full jitter (a uniform share of the doubled bound), so that devices which lost
/// the cloud together do not come back together; never before the cloud said.
/// </summary>
/// <param name="End">How the last call ended; null before the first.</param>
/// <param name="FailuresBefore">How many calls failed in a row before that one.</param>
public sealed record SyncSchedule(SyncEnd? End, int FailuresBefore)
{
    /// <summary>So many sessions in which nothing moved, and a new channel was of no help.</summary>
    const int StandstillSessions = 2;

    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static readonly SyncSchedule Start = new(null, 0);

    /// <summary>How many of the last calls were up and ended because nothing moved.</summary>
    public int Standstills { get; private init; }

    /// <summary>Whether all of it should be built anew, and not the channel alone.</summary>
    public bool StandsStill => Standstills >= StandstillSessions;

    /// <summary>The schedule after a call ended.</summary>
    public SyncSchedule After(SyncEnd end) =>
        new(end, End is null || end.WasHealthy || end.Retry == SyncRetry.Reconnect || End.Retry == SyncRetry.Reconnect ? 0 : FailuresBefore + 1)
        {
            // Calls that never came up say nothing of it.
            Standstills = end.Code == SyncSession.NoProgress ? Standstills + 1 : end.WasConnected ? 0 : Standstills,
        };

    /// <summary>The delay before the next call; infinite where none is to be made.</summary>
    /// <param name="jitter">From 0 to below 1.</param>
    public TimeSpan NextDelay(double jitter) => End switch
    {
        null => TimeSpan.Zero,
        { Retry: SyncRetry.Reconnect } => End.RetryAfter,
        { Retry: SyncRetry.Hello } => End.RetryAfter + (FailuresBefore == 0 ? TimeSpan.Zero : Bound(FailuresBefore - 1) * jitter),
        { Retry: SyncRetry.BackOff } => End.RetryAfter + (Bound(FailuresBefore) * jitter),
        { Retry: SyncRetry.Slow } => End.RetryAfter + Longest + (Longest * jitter),
        _ => Timeout.InfiniteTimeSpan,
    };

    static TimeSpan Bound(int failures) => failures >= 9 ? Longest : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << failures));
}
