using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent;

/// <summary>Where an agent keeps its data, and the few things of its machine that a test replaces.</summary>
public sealed record AgentOptions(string DataDirectory)
{
    /// <summary>Where the kernel says which boot this is.</summary>
    public string BootIdFile { get; init; } = "/proc/sys/kernel/random/boot_id";

    /// <summary>Where the time zone rules stand; their version goes into every entry.</summary>
    public string TimeZoneDirectory { get; init; } = "/usr/share/zoneinfo";

    /// <summary>
    /// No believable clock shows less than when this software was made. Less a week: the clock of who made it may be ahead, what
    /// was just made is tried with clocks set back, and one that starts in 1970 or with the card's image is further off.
    /// </summary>
    public DateTimeOffset BuildTime { get; init; } = BuildDay.Value.AddDays(-7);

    /// <summary>Up to this size the whole ledger file is checked before the agent starts to sell; above it, beside selling.</summary>
    public long CheckBeforeStartBytesMax { get; init; } = 64L << 20;

    /// <summary>A number by chance from 0 to below its argument, for the names of provisional receipt series.</summary>
    public Func<int, int> Below { get; init; } = System.Security.Cryptography.RandomNumberGenerator.GetInt32;

    /// <summary>How many bytes are free on the disk of a directory.</summary>
    public Func<string, long> FreeBytes { get; init; } = directory => new DriveInfo(directory).AvailableFreeSpace;

    /// <summary>So many rows leave what is pending by deletion; more, by a mark that passes them.</summary>
    internal int CoveredRowsAtOnceMax { get; init; } = PendingTable.RowsAtOnceMax;

    /// <summary>What brings the ledger's schema up to this agent's; a test adds those of a release to come.</summary>
    internal IReadOnlyList<Migration> Migrations { get; init; } = Migration.All;

    /// <summary>
    /// A line that is sold by more than this below what the catalogue asks, in hundredths of a percent, needs somebody who agrees;
    /// null: none does.
    /// </summary>
    public int? ApprovalAboveHundredths { get; init; }

    /// <summary>The room that is held back on the disk until nothing else is left.</summary>
    public long ReserveBytes { get; init; } = 16L << 20;
}
