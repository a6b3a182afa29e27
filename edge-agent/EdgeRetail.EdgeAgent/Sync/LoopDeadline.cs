namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>
/// By when a loop has to have come round. The loop says before each thing that it does or waits for how long that takes;
/// whoever asks does so from another thread, and learns of a loop that hangs where nothing of its own would notice.
/// </summary>
sealed class LoopDeadline(TimeProvider clock)
{
    /// <summary>Beyond what was said: a slow card, a machine that swaps. Nothing that the loop does takes as long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    long missedFrom = long.MaxValue;

    public bool IsMissed => clock.GetTimestamp() > Interlocked.Read(ref missedFrom);

    /// <summary>It does something, which ends by itself.</summary>
    public void Works() => Waits(TimeSpan.Zero);

    /// <summary>It waits, at most so long; without an end where this is null: then what wakes it comes from outside.</summary>
    public void Waits(TimeSpan? atMost) => Interlocked.Exchange(
        ref missedFrom, atMost is { } wait ? clock.GetTimestamp() + (long)((wait + Patience).TotalSeconds * clock.TimestampFrequency) : long.MaxValue);
}
