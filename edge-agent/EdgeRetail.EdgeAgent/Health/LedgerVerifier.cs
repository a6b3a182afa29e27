using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Salvage;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Health;

/// <summary>
/// Checks what the device can show by itself of the protocol's invariants: from the database, in one snapshot, beside selling.
/// Every entry is read, hashed and decoded.
/// </summary>
public sealed class LedgerVerifier
{
    // Logs are cut at 10 MB each, and five are kept beside the open one.
    const long LogBytesMax = 6 * 10L << 20;

    // A checkpoint comes every 4 MB; a reader as long as this check lets it grow meanwhile.
    const long WalBytesMax = 64L << 20;

    readonly Database database;
    readonly DeviceStateStore states;
    readonly DataDirectory directory;
    readonly DeviceClock clock;
    readonly SalvageReport? salvaged;

    internal LedgerVerifier(Database database, DeviceStateStore states, DataDirectory directory, DeviceClock clock, SalvageReport? salvaged)
    {
        this.salvaged = salvaged;
        this.database = database;
        this.states = states;
        this.directory = directory;
        this.clock = clock;
    }

    /// <summary>One result for each invariant that a device can speak of, in order of id.</summary>
    public IReadOnlyList<InvariantResult> Verify()
    {
        var file = new Findings("S23", "The file is sound: intact pages, every reference there, nothing confirmed missing");
        CheckFile(file);
        var receipts = new Findings("S24", "Receipt numbers have no gap and are unique in their series");
        CheckHighWater(file, receipts);
        LedgerAudit? audit = null;
        try
        {
            audit = database.Read(snapshot => LedgerAudit.Run(snapshot, clock.Read(), receipts, salvaged));
            database.Read(audit.CheckCommands);
        }
        catch (LedgerException e)
        {
            file.Broken(e.Message);
        }

        var bounds = new Findings("S22", "The write-ahead log and the logs stay within their bounds");
        CheckBounds(bounds);
        return [.. (audit?.Results() ?? []), bounds.Result(), file.Result(), .. audit is null ? [] : audit.LastResults()];
    }

    void CheckFile(Findings file)
    {
        if (database.FindDamage(thorough: true) is { } damage) file.Broken(damage);
        else file.Note(salvaged is null ? "integrity check and references without a complaint" : $"integrity check and references without a complaint. Before: {salvaged.Words}");
        try
        {
            if (database.FindDanglingReference() is { } dangling) file.Broken(dangling);
            if (states.Current.LastPosition is var last && Math.Max(database.LastPosition(), states.Current.PrunedThrough) is var found && found < last) file.Broken($"entries through position {last} were confirmed, the file ends at {found}");
        }
        catch (LedgerException e)
        {
            file.Broken(e.Message);
        }
    }

    /// <summary>The mark is written after the commit: it is never ahead, neither of the ledger nor of its receipts.</summary>
    void CheckHighWater(Findings file, Findings receipts)
    {
        if (HighWaterFile.Read(directory.HighWater).Mark is not { } mark || mark.Device != states.Current.Identity.Device) return;
        try
        {
            if (database.Read(snapshot => LocalRollback.Find(snapshot, states.Current, mark)) is { } finding) file.Broken(finding);
        }
        catch (LedgerException e)
        {
            file.Broken(e.Message);
        }

        var state = states.Current;
        if (mark.ReceiptSeries == state.Identity.ReceiptSeries && mark.NextReceiptNumber > state.NextReceiptNumber)
            receipts.Broken($"receipts of series {mark.ReceiptSeries} were given out through {mark.NextReceiptNumber - 1}, the ledger would give out {state.NextReceiptNumber}");
    }

    void CheckBounds(Findings bounds)
    {
        var wal = Bytes(directory.Ledger + "-wal");
        var logs = Directory.Exists(directory.Logs) ? Directory.EnumerateFiles(directory.Logs).Sum(Bytes) : 0;
        bounds.Note($"write-ahead log {wal >> 10} KB of at most {WalBytesMax >> 10}, logs {logs >> 10} KB of at most {LogBytesMax >> 10}");
        if (wal > WalBytesMax) bounds.Broken($"the write-ahead log has {wal >> 20} MB");
        if (logs > LogBytesMax) bounds.Broken($"the logs have {logs >> 20} MB");
    }

    static long Bytes(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
