namespace EdgeRetail.CloudSync.Devices;

/// <summary>How many Hellos a replica opens. One takes two round trips and a commit; the rest of the database belongs to sales.</summary>
public sealed record HelloAdmissionOptions
{
    /// <summary>More would wait for the same connections, each of them longer.</summary>
    public int AtOnceMax { get; init; } = 32;

    public double PerSecond { get; init; } = 250;

    public double Burst { get; init; } = 250;

    public TimeSpan ReturnAfterMin { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan ReturnAfterMax { get; init; } = TimeSpan.FromMinutes(1);
}
