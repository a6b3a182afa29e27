namespace EdgeRetail.DeviceCli.Hosting;

/// <summary>
/// How often the agent opens everything anew because nothing moves: rarely. A cloud that does not answer for days must not have
/// the page come and go all day.
/// </summary>
sealed class Standstills(TimeProvider clock)
{
    static readonly TimeSpan ReopenInterval = TimeSpan.FromHours(4);

    long? reopenedAt;

    public bool MayReopen()
    {
        if (reopenedAt is { } before && clock.GetElapsedTime(before) < ReopenInterval) return false;
        reopenedAt = clock.GetTimestamp();
        return true;
    }
}
