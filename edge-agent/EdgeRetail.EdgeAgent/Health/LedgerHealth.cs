using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What a person should look at, and does not stop the lane: a damaged file found while selling, a full disk, missing time zone rules.</summary>
sealed class LedgerHealth(string dataDirectory, LedgerStore ledger, DeviceClock clock)
{
    const long DiskFreeWarnBytes = 400L << 20;

    volatile string? damage;

    public long DiskFreeBytes => new DriveInfo(dataDirectory).AvailableFreeSpace;

    /// <summary>What a check beside selling found.</summary>
    public void Found(string? complaint) => damage = complaint;

    public IReadOnlyList<HealthWarning> Warnings()
    {
        var warnings = new List<HealthWarning>();
        if (damage is { } complaint)
        {
            var damaged = Database.Damaged(dataDirectory, complaint);
            warnings.Add(new(damaged.Code, damaged.Message, damaged.NextStep));
        }

        if (DiskFreeBytes is var free && free < DiskFreeWarnBytes)
            warnings.Add(new("DISK_SPACE_LOW", $"{free >> 20} MB are free on the disk of the ledger.", "Free space on it before it is full."));
        if (ledger.TimeZoneVersion == BusinessCalendar.NoVersion)
            warnings.Add(new("TIME_ZONE_MISSING", $"This machine has no rules for the time zone {ledger.Identity.TimeZone}: business dates are counted in UTC until it has.", "Install the package tzdata, then start the agent again."));
        if (clock.Read().Quality == Contracts.Entries.ClockQuality.Untrusted)
            warnings.Add(new("CLOCK_UNTRUSTED", "The clock of this machine shows a time that cannot be.", "Set the clock, or connect to a time server. Selling goes on."));
        return warnings;
    }
}
