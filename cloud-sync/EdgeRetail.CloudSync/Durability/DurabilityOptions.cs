namespace EdgeRetail.CloudSync.Durability;

/// <summary>How a replica publishes what is durable. Without a mode: the archive where the server archives, else by age.</summary>
public sealed record DurabilityOptions(DurabilityMode? Mode = null)
{
    /// <summary>Between two looks, and between two marks.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A quiet server fills no segment of its log: it is made to begin another where something waits, at most this often.</summary>
    public TimeSpan SwitchInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Marks of an age of days need not be taken every minute: at least this part of it lies between two.</summary>
    public int MarksPerAge { get; init; } = 200;

    public TimeSpan MarkInterval(DurabilityMode mode) => mode is DurabilityMode.Age { After: var after } && after / MarksPerAge > Interval ? after / MarksPerAge : Interval;
}
