using System.Globalization;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Salvage;

/// <summary>
/// Takes the key and the ledger of a device that goes out of service from where an agent looks for them. The key goes first, the
/// ledger last: cut off in between, it is done again. Used by whoever holds the lock, with the ledger closed.
/// </summary>
sealed class RetiredLedger(DataDirectory directory, TimeProvider time)
{
    /// <summary>The folder that the ledger stands in now; null where it was erased.</summary>
    /// <exception cref="LedgerException">LEDGER_DISK_FULL, LEDGER_WRITE_FAILED.</exception>
    public string? SetAside(bool erase)
    {
        try
        {
            Shred(directory.Token);
            var folder = erase ? null : Path.Combine(directory.Path, time.GetUtcNow().ToString("'decommissioned-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            if (folder is not null) Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (var file in (string[])[directory.Reserve, directory.RepairWanted]) File.Delete(file);
            foreach (var file in (string[])[directory.IdentityCopy, directory.HighWater, $"{directory.Ledger}-shm", $"{directory.Ledger}-wal", directory.Ledger])
            {
                if (!File.Exists(file)) continue;
                if (folder is null) SyncedFile.Delete(file);
                else SyncedFile.Move(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            if (erase && Directory.Exists(directory.Logs)) Directory.Delete(directory.Logs, recursive: true);
            return folder;
        }
        catch (Exception e) when (FileTrouble.IsOf(e))
        {
            throw FileTrouble.Of(e, directory.Path);
        }
    }

    /// <summary>Overwritten before it is deleted; what a flash card keeps of it elsewhere is worth nothing once the cloud has retired the device.</summary>
    static void Shred(string path)
    {
        if (!File.Exists(path)) return;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }

        SyncedFile.Delete(path);
    }
}
