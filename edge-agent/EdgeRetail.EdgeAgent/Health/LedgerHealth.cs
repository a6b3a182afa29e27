using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Retention;
using EdgeRetail.EdgeAgent.Salvage;
using EdgeRetail.EdgeAgent.Storage;
using EdgeRetail.EdgeAgent.Sync;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>What a person should look at, and does not stop the lane: a damaged file found while selling, a disk that is full or hangs, missing time zone rules.</summary>
sealed class LedgerHealth(
    string dataDirectory, LedgerStore ledger, DeviceClock clock, DeviceStateStore states, Database database, HighWaterFile highWater, LoopDeadline syncLoop, SalvageReport? salvaged, ReserveFile reserve,
    Func<string, long> freeBytes)
{
    public const string DiskHangs = "DISK_HANGS";
    public const string SyncHangs = "SYNC_HANGS";

    /// <summary>A slow card takes seconds for a write.</summary>
    public static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(10);

    // The least that a few sales and a checkpoint take.
    const long CannotRecordBytes = 1L << 20;

    volatile string? damage;
    volatile HealthWarning? announced;

    public long DiskFreeBytes => freeBytes(dataDirectory);

    /// <summary>What people are to know before the agent ends.</summary>
    public void Announce(HealthWarning warning) => announced = warning;

    /// <summary>What a check beside selling found.</summary>
    public void Found(string? complaint) => damage = complaint;

    /// <summary>Whether damage is known already.</summary>
    public bool IsDamaged => damage is not null;

    public IReadOnlyList<HealthWarning> Warnings()
    {
        var warnings = new List<HealthWarning>();
        if (damage is { } complaint)
        {
            warnings.Add(new(
                LedgerException.Damaged, $"The ledger in {dataDirectory} is damaged: {complaint}",
                "Run 'edgeretail repair': it makes a new ledger of all that can be read and keeps the damaged one. Until then the next start does it."));
        }

        AddHistory(warnings);
        if (announced is { } last) warnings.Add(last);

        AddHangs(warnings);
        var free = DiskFreeBytes;
        if (free < CannotRecordBytes && !reserve.IsThere)
            warnings.Add(new("DISK_FULL", "Cannot record, stop selling: the disk of the ledger is full.", "Free space on it. Nothing that was recorded is lost."));
        else if (DiskLadder.StepAt(free) > DiskStep.Enough)
            warnings.Add(new("DISK_SPACE_LOW", $"{free >> 20} MB are free on the disk of the ledger.", "Free space on it before it is full."));
        if (ledger.TimeZoneVersion == BusinessCalendar.NoVersion)
            warnings.Add(new("TIME_ZONE_MISSING", $"This machine has no rules for the time zone {ledger.Identity.TimeZone}: business dates are counted in UTC until it has.", "Install the package tzdata, then start the agent again."));
        if (clock.Read().Quality == Contracts.Entries.ClockQuality.Untrusted)
            warnings.Add(new("CLOCK_UNTRUSTED", "The clock of this machine shows a time that cannot be.", "Set the clock, or connect to a time server. Selling goes on."));
        return warnings;
    }

    /// <summary>What does not end; whoever looks here has to be told, because what hangs cannot tell.</summary>
    void AddHangs(List<HealthWarning> warnings)
    {
        if (database.WriteLasts >= DiskPatience || highWater.WriteLasts >= DiskPatience)
        {
            warnings.Add(new(
                DiskHangs, $"The disk has not ended a write for over {DiskPatience.TotalSeconds:0} seconds. Sales wait for it.",
                "Wait: a sale is confirmed when the disk answers, and recorded once. If it stays so, end the agent, check the disk, start it again and give the same sale again."));
        }

        if (syncLoop.IsMissed)
        {
            warnings.Add(new(
                SyncHangs, $"The sync does not come round: something has not ended for over {LoopDeadline.Patience.TotalMinutes:0} minutes. Nothing is sent.",
                "Selling goes on and nothing is lost. If it does not end by itself, restart the agent; systemd does that where it watches it. If it comes again, check the disk."));
        }
    }

    /// <summary>That the ledger is not what it was: set back, or made anew from a damaged one.</summary>
    void AddHistory(List<HealthWarning> warnings)
    {
        var state = states.Current;
        var series = state.Fork is not null && ProvisionalSeries.Is(state.Identity.ReceiptSeries)
            ? $" Until the cloud has opened a new stream, receipts are numbered in the provisional series {state.Identity.ReceiptSeries}."
            : "";
        if (state.Fork is { Code: LocalRollback.Code } rollback)
        {
            warnings.Add(new(
                rollback.Code, $"The ledger was set back to an earlier state. {rollback.Message}{series}",
                "Selling goes on. Connect this device to the cloud. What was recorded since and had not been sent is missing: compare the printed receipts, and count the stock that they moved."));
        }

        // Until the damaged files were taken away, somebody may still need them.
        if (salvaged is not null && (state.Fork is { Code: SalvagedLedger.Code } || Directory.Exists(Path.Combine(dataDirectory, salvaged.Folder))))
        {
            warnings.Add(new(
                SalvagedLedger.Code, $"{salvaged.Words}{series}",
                $"Selling goes on.{(series.Length > 0 ? " Connect this device to the cloud." : "")} Check the disk, and keep the folder {salvaged.Folder} until support has seen it; this warning ends when it is moved away."));
        }

        if (highWater.Failure is { } failure)
            warnings.Add(new("HIGH_WATER_NOT_WRITTEN", $"The file hwm cannot be written: {failure}", "Selling goes on. Check the disk: a ledger that goes backwards would not be noticed."));
    }
}
