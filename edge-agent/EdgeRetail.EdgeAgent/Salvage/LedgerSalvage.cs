using System.Globalization;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>
/// Sets a damaged ledger aside and puts a new one in its place, made of everything that can be read. The file
/// <c>salvaging</c> says how far that is: whoever starts after a power cut goes on from there. The damaged files are moved,
/// never changed and never deleted.
/// </summary>
sealed class LedgerSalvage(DataDirectory directory, TimeProvider time, Func<int, int> below)
{
    const string Moving = "moving";
    const string Building = "building";

    static readonly string[] Suffixes = ["", "-wal", "-shm"];

    readonly IdentityCopy copy = new(directory.IdentityCopy);

    /// <summary>Whether a salvage began and did not end.</summary>
    public bool IsUnderWay => File.Exists(directory.Salvaging);

    /// <summary>Whether it is known whose ledger this is: without that there is nothing to make a new one for.</summary>
    public bool KnowsIdentity => Identity(directory.Ledger) is not null;

    /// <summary>Does what is left to do, from the beginning or from where it was cut off.</summary>
    /// <param name="reason">What is wrong with the ledger; null to go on with a salvage that is under way.</param>
    /// <param name="enrolled">Whose the ledger is where neither it nor the copy beside it says so.</param>
    /// <exception cref="LedgerException">LEDGER_DAMAGED: nobody knows whose ledger it is. LEDGER_DISK_FULL, LEDGER_WRITE_FAILED: the next start goes on.</exception>
    public SalvageReport Run(string? reason, (DeviceIdentity Identity, StreamId Stream)? enrolled = null)
    {
        try
        {
            var step = ReadStep() ?? Begin(reason ?? throw new ArgumentNullException(nameof(reason)), enrolled);
            var folder = Path.Combine(directory.Path, step.Folder);
            if (step.Phase == Moving)
            {
                MoveAside(folder);
                step = step with { Phase = Building };
                WriteStep(step);
            }

            // All old files are gone from their place: a ledger that is there is the new one.
            if (!directory.HasLedger) Build(folder, step, enrolled);
            using var database = Database.Open(directory.Ledger, time);
            var report = database.Read(SalvageReports.Latest) ?? throw new InvalidOperationException("A salvaged ledger says nothing of its salvage.");
            SyncedFile.Delete(directory.Salvaging);
            return report;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(
                LedgerException.WriteFailed, $"The damaged ledger in {directory.Path} cannot be set aside: {e.Message}", "Check the disk and who may write there, then start again: it goes on from there.", e);
        }
    }

    sealed record Step(string Folder, string Phase, string Reason);

    Step Begin(string reason, (DeviceIdentity Identity, StreamId Stream)? enrolled)
    {
        if (enrolled is null && !KnowsIdentity) throw Database.Damaged(directory.Ledger, reason);
        var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var name = $"damaged-{stamp}";
        for (var i = 2; Directory.Exists(Path.Combine(directory.Path, name)); i++) name = $"damaged-{stamp}-{i}";
        Directory.CreateDirectory(Path.Combine(directory.Path, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SyncedFile.SyncDirectory(directory.Path);
        var step = new Step(name, Moving, reason.ReplaceLineEndings(" "));
        WriteStep(step);
        return step;
    }

    void MoveAside(string folder)
    {
        foreach (var suffix in Suffixes)
        {
            var (from, to) = (directory.Ledger + suffix, Path.Combine(folder, Path.GetFileName(directory.Ledger) + suffix));
            if (File.Exists(from) && !File.Exists(to)) File.Move(from, to);
        }

        SyncedFile.SyncDirectory(folder);
        SyncedFile.SyncDirectory(directory.Path);
    }

    void Build(string folder, Step step, (DeviceIdentity Identity, StreamId Stream)? enrolled)
    {
        var path = Path.Combine(folder, Path.GetFileName(directory.Ledger));
        var damaged = DamagedLedger.Read(path);
        var (identity, stream) = Identity(path) ?? enrolled ?? throw Database.Damaged(path, step.Reason);
        var mark = HighWaterFile.Read(directory.HighWater).Mark;
        var last = Math.Max(damaged.Entries.Count > 0 ? damaged.Entries[^1].Position : 0, damaged.Known?.LastPosition ?? 0);
        if (mark?.Device == identity.Device) last = Math.Max(last, mark.Position);
        var first = damaged.Known is not null ? damaged.PrunedThrough + 1 : damaged.Entries.Count > 0 ? damaged.Entries[0].Position : 1;
        var (count, ranges) = SalvageReport.Missing(first, last, damaged.Entries.Select(entry => entry.Position));
        var report = new SalvageReport(time.GetUtcNow(), step.Folder, step.Reason, damaged.Entries.Count, count, ranges);

        var made = directory.Ledger + ".new";
        foreach (var suffix in Suffixes) File.Delete(made + suffix);
        SalvagedLedger.Write(made, time, identity, stream, damaged, report, below);
        // The last connection takes the log into the file and deletes it; a file that needs a log must not be renamed.
        if (File.Exists(made + "-wal")) throw new IOException($"The new ledger {made} was not closed as a whole.");
        File.SetUnixFileMode(made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var file = File.OpenHandle(made, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(file);
        SyncedFile.Move(made, directory.Ledger);
    }

    /// <summary>From the ledger itself, unless the copy beside it says that it is another device's: then the file lies.</summary>
    (DeviceIdentity Identity, StreamId Stream)? Identity(string path)
    {
        var copied = copy.Read();
        return DamagedLedger.ReadIdentity(path) is { } read && (copied is null || copied.Value.Identity.Device == read.Identity.Device) ? (read.Identity, read.Stream) : copied;
    }

    Step? ReadStep()
    {
        if (!IsUnderWay) return null;
        var lines = File.ReadAllLines(directory.Salvaging);
        return lines.Length >= 3 && lines[1] is Moving or Building
            ? new(Path.GetFileName(lines[0]), lines[1], lines[2])
            : throw new LedgerException(LedgerException.Damaged, $"{directory.Salvaging} cannot be understood.", "Keep the data directory as it is and call support.");
    }

    void WriteStep(Step step) => SyncedFile.Replace(directory.Salvaging, $"{step.Folder}\n{step.Phase}\n{step.Reason}\n");
}
