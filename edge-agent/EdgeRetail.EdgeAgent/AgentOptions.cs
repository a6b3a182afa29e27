namespace EdgeRetail.EdgeAgent;

/// <summary>Where an agent keeps its data, and the few things of its machine that a test replaces.</summary>
public sealed record AgentOptions(string DataDirectory)
{
    /// <summary>Where the kernel says which boot this is.</summary>
    public string BootIdFile { get; init; } = "/proc/sys/kernel/random/boot_id";

    /// <summary>Where the time zone rules stand; their version goes into every entry.</summary>
    public string TimeZoneDirectory { get; init; } = "/usr/share/zoneinfo";

    /// <summary>No believable clock shows less than when this software was made.</summary>
    public DateTimeOffset BuildTime { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Up to this size the whole ledger file is checked before the agent starts to sell; above it, beside selling.</summary>
    public long CheckBeforeStartBytesMax { get; init; } = 64L << 20;
}
