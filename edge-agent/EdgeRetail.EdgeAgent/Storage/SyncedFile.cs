using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>Files that are there as a whole or as they were before, also after a power cut.</summary>
static partial class SyncedFile
{
    const int ReadOnlyDirectoryCloseOnExec = 0x80000;

    /// <summary>Replaces the file's content; its owner alone may read it.</summary>
    public static void Replace(string path, string content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
            file.Flush(flushToDisk: true);
        }

        Move(temporary, path);
    }

    /// <summary>Renames over what may be there, and returns when the directories know of it.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(to)!);
        if (Path.GetDirectoryName(from) != Path.GetDirectoryName(to)) SyncDirectory(Path.GetDirectoryName(from)!);
    }

    public static void Delete(string path)
    {
        File.Delete(path);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>A new name, or one that is gone, survives a power cut only once its directory was synced.</summary>
    public static void SyncDirectory(string path)
    {
        var descriptor = Open(path, ReadOnlyDirectoryCloseOnExec);
        if (descriptor < 0) throw new IOException($"The directory {path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        using var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(descriptor) != 0) throw new IOException($"The directory {path} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Syncs what was written into a file whose length does not change.</summary>
    public static void SyncData(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            if (Fdatasync((int)file.DangerousGetHandle()) != 0) throw new IOException($"A file cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            if (added) file.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(int descriptor);
}
