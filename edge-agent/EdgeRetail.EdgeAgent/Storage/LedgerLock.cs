using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>
/// Held by the one process that may write the ledger: flock on a file, which the kernel gives back however the process ends.
/// </summary>
sealed partial class LedgerLock : IDisposable
{
    const int ReadWriteCreateCloseOnExec = 0x2 | 0x40 | 0x80000;
    const int OwnerOnly = 0x180;
    const int ExclusiveWithoutWaiting = 2 | 4;
    const int InputOutputError = 5;
    const int NoSpaceLeft = 28;
    const int ReadOnlyFileSystem = 30;

    readonly SafeFileHandle file;

    LedgerLock(SafeFileHandle file) => this.file = file;

    /// <exception cref="LedgerException">LEDGER_BUSY, naming the holder; LEDGER_DISK_FULL, LEDGER_WRITE_FAILED, LEDGER_UNUSABLE where there can be no lock file.</exception>
    public static LedgerLock Acquire(string path)
    {
        var descriptor = Open(path, ReadWriteCreateCloseOnExec, OwnerOnly);
        if (descriptor < 0) throw CannotOpen(path, Marshal.GetLastPInvokeError());

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Flock(descriptor, ExclusiveWithoutWaiting) != 0)
        {
            var holder = ReadHolder(file);
            file.Dispose();
            throw new LedgerException(
                LedgerException.Busy,
                holder is null ? "Another process holds the ledger." : $"Process {holder} holds the ledger.",
                holder is null ? "Wait until it ends, or stop it." : $"While 'edgeretail run' holds it, other commands go through it by themselves; otherwise wait until process {holder} ends, or stop it with 'kill {holder}'.");
        }

        Sign(file);
        return new(file);
    }

    public void Dispose() => file.Dispose();

    static LedgerException CannotOpen(string path, int error)
    {
        var message = $"The lock file {path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            NoSpaceLeft => new(LedgerException.DiskFull, message, "Free space on it; nothing that was recorded is lost. Then do it again."),
            InputOutputError or ReadOnlyFileSystem => new(LedgerException.WriteFailed, message, "Check the disk, then do it again with the same command."),
            _ => new(LedgerException.Unusable, message, "Run this as the user who owns the data directory."),
        };
    }

    /// <summary>The name is for people who wait: a disk that takes no byte more does not stop the lane for it.</summary>
    static void Sign(SafeFileHandle file)
    {
        try
        {
            RandomAccess.SetLength(file, 0);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"), 0);
        }
        catch (IOException)
        {
            // Whoever waits is told of "another process", or of one that ended: see ReadHolder.
        }
    }

    /// <summary>Null where nobody could sign, or where the one who did is gone: its advice would be to end some other process.</summary>
    static string? ReadHolder(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = RandomAccess.Read(file, bytes, 0);
        var text = Encoding.ASCII.GetString(bytes[..length]).Trim();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) && Directory.Exists($"/proc/{text}") ? text : null;
    }

    // FileStream takes shared locks of its own at every open, so that nobody could read who holds this one.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int descriptor, int operation);
}
