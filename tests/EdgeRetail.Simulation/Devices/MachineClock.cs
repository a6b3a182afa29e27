using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Devices;

/// <summary>A machine's two clocks and which boot this is: the wall clock may be wrong, the monotonic one begins anew with each boot.</summary>
sealed class MachineClock(EventQueue queue) : TimeProvider
{
    /// <summary>When runs begin.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>No believable clock shows less.</summary>
    public static readonly DateTimeOffset BuildTime = Beginning.AddDays(-7);

    TimeSpan bootedAt;
    TimeSpan gained;
    TimeSpan gainedAtBoot;
    TimeSpan ratedAt;
    double rate;

    public ulong BootId { get; private set; } = 1;

    /// <summary>How far the wall clock is from the truth.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => 1_000;

    public override DateTimeOffset GetUtcNow() => Beginning + queue.Now + Skew + Gained;

    public override long GetTimestamp() => (long)(queue.Now - bootedAt + Gained - gainedAtBoot).TotalMilliseconds;

    /// <summary>How far a crystal that is not quite right has taken it, both clocks alike.</summary>
    TimeSpan Gained => rate == 0 ? gained : gained + ((queue.Now - ratedAt) * rate);

    /// <summary>From now on it gains this share of the time that passes.</summary>
    public void Drift(double share)
    {
        (gained, ratedAt, rate) = (Gained, queue.Now, share);
    }

    public void Boot(ulong bootId)
    {
        BootId = bootId;
        (bootedAt, gainedAtBoot) = (queue.Now, Gained);
    }
}
