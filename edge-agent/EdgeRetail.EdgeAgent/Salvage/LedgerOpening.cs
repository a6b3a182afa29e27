using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>
/// Opens the ledger of a data directory whatever state it is in: sound; damaged, which is set aside and salvaged; half salvaged
/// when the power went; or older than what was confirmed to a seller. Used by whoever holds the lock.
/// </summary>
sealed class LedgerOpening(AgentOptions options, DataDirectory directory, TimeProvider time)
{
    readonly LedgerSalvage salvage = new(directory, time, options.Below);
    readonly List<string> notes = [];

    /// <summary>Whether the directory was ever a device's: by its ledger, or by what is kept beside it.</summary>
    public bool IsEnrolled => directory.HasLedger || salvage.IsUnderWay || salvage.KnowsIdentity;

    /// <summary>Null where the ledger is nobody's yet.</summary>
    /// <exception cref="LedgerException">As <see cref="Agent.Open"/>.</exception>
    public OpenedLedger? Open()
    {
        var salvaged = salvage.IsUnderWay ? salvage.Run(null) : null;
        var highWater = HighWaterFile.Open(directory.HighWater, time);
        Database? database = null;
        try
        {
            var (damage, states) = TryOpen(highWater, out database);
            if (damage is not null)
            {
                salvaged = salvage.Run(damage);
                (damage, states) = TryOpen(highWater, out database);
                if (damage is not null) throw Database.Damaged(directory.Ledger, damage);
            }

            if (states is null)
            {
                database?.Dispose();
                highWater.Dispose();
                return null;
            }

            ForgetRepair();
            if (salvaged is not null) notes.Add($"LEDGER_SALVAGED: {salvaged.Words}");
            CompareWith(highWater, database!, states, salvaged is not null);
            return new(database!, states, highWater, salvaged, notes);
        }
        catch
        {
            database?.Dispose();
            highWater.Dispose();
            throw;
        }
    }

    /// <summary>Where the disk does not take it back, the next start looks at everything once more: that costs time and nothing else.</summary>
    void ForgetRepair()
    {
        try
        {
            if (File.Exists(directory.RepairWanted)) File.Delete(directory.RepairWanted);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notes.Add($"The file repair-wanted cannot be removed: {e.Message}");
        }
    }

    /// <summary>Ends a salvage that is under way, and salvages a ledger that does not open: enrolling says whose it is.</summary>
    public void Mend(DeviceEnrolment enrolment)
    {
        var enrolled = (new DeviceIdentity(
            enrolment.Device, enrolment.DeviceCode, enrolment.Store, enrolment.AssignmentVersion, enrolment.StoreName, enrolment.Currency, enrolment.TimeZone, enrolment.DayCutOffMinutes,
            enrolment.SettingsVersion, enrolment.CloudAddress.ToString(), enrolment.ReceiptSeries), enrolment.Stream);
        if (salvage.IsUnderWay)
        {
            salvage.Run(null, enrolled);
            return;
        }

        if (!directory.HasLedger) return;
        if (LedgerPages.FindFault(directory.Ledger) is { } fault)
        {
            salvage.Run(fault, enrolled);
            return;
        }

        try
        {
            Database.Open(directory.Ledger, time, options.Migrations).Dispose();
        }
        catch (LedgerException e) when (e.Code == LedgerException.Damaged)
        {
            salvage.Run(Detail(e), enrolled);
        }
    }

    /// <summary>What is wrong with the ledger, or its state: neither where it is nobody's yet.</summary>
    (string? Damage, DeviceStateStore? States) TryOpen(HighWaterFile highWater, out Database? opened)
    {
        opened = null;
        if (!directory.HasLedger) return ("the file is missing", null);
        if (LedgerPages.FindFault(directory.Ledger) is { } fault) return (fault, null);
        Database? database = null;
        try
        {
            database = Database.Open(directory.Ledger, time, options.Migrations);
            if (FindDamage(database) is { } damage)
            {
                database.Dispose();
                return (damage, null);
            }

            if (DeviceStateStore.Open(database, highWater) is { } states)
            {
                opened = database;
                return (null, states);
            }

            database.Dispose();
            return salvage.KnowsIdentity ? ("it no longer says whose it is", null) : (null, null);
        }
        catch (LedgerException e) when (e.Code == LedgerException.Damaged)
        {
            database?.Dispose();
            return (Detail(e), null);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The pages are sound and what they say makes no sense.
            database?.Dispose();
            return (e.Message, null);
        }
        catch
        {
            database?.Dispose();
            throw;
        }
    }

    /// <summary>Everything is looked at where damage was found before; else the pages, as long as that does not keep the lane waiting.</summary>
    string? FindDamage(Database database) =>
        File.Exists(directory.RepairWanted) ? database.FindDamage(thorough: true) ?? database.FindRottedEntry()
        : database.Bytes <= options.CheckBeforeStartBytesMax ? database.FindDamage(thorough: false)
        : null;

    void CompareWith(HighWaterFile highWater, Database database, DeviceStateStore states, bool isSalvaged)
    {
        if (highWater.Found is not { } mark)
        {
            if (highWater.WasThere || states.Current.LastSequence > 0)
                notes.Add($"The file hwm {(highWater.WasThere ? "was damaged" : "was missing")}; it is written anew from the ledger.");
        }
        else if (!isSalvaged && FindRollback(database, states.Current, mark) is { } finding)
        {
            LocalRollback.Persist(states, finding, options.Below);
            notes.Add($"{LocalRollback.Code}: {finding} Receipts are numbered in the provisional series {states.Current.Identity.ReceiptSeries} until the cloud has opened a new stream.");
        }

        highWater.Keep(states);
    }

    static string? FindRollback(Database database, DeviceState state, HighWaterMark mark)
    {
        try
        {
            return database.Read(snapshot => LocalRollback.Find(snapshot, state, mark));
        }
        catch (LedgerException e) when (e.Code == LedgerException.Damaged)
        {
            return e.Message;
        }
    }

    static string Detail(LedgerException e) => (e.InnerException as StorageException)?.Message ?? e.Message;
}
