using EdgeRetail.EdgeAgent.Storage;
using Microsoft.Win32.SafeHandles;

namespace EdgeRetail.EdgeAgent.Ledger;

/// <summary>
/// The file <c>hwm</c> beside the ledger: what a ledger that went backwards is noticed by. Two slots are written in turn, each
/// synced before "recorded" is said; several writers that wait share one write. It is no second ledger: where it cannot be
/// written selling goes on, and where it is missing it is made anew.
/// </summary>
sealed class HighWaterFile : IDisposable
{
    const int Slots = 2;

    readonly string path;
    readonly Lock writing = new();
    readonly DiskWork diskWork;
    readonly byte[] slot = new byte[HighWaterMark.SlotBytes];
    SafeFileHandle? file;
    HighWaterMark? written;
    long generation;
    volatile string? failure;

    HighWaterFile(string path, TimeProvider time) => (this.path, diskWork) = (path, new(time));

    /// <summary>What the file held when it was opened; null where it was missing or damaged.</summary>
    public HighWaterMark? Found { get; private init; }

    /// <summary>Whether there was a file, sound or not.</summary>
    public bool WasThere { get; private init; }

    /// <summary>Why the mark cannot be written at present; null where it can.</summary>
    public string? Failure => failure;

    /// <summary>How long the write that is under way has taken so far; zero where none is.</summary>
    public TimeSpan WriteLasts => diskWork.Lasts;

    public static HighWaterFile Open(string path, TimeProvider time)
    {
        var (found, generation) = Read(path);
        return new(path, time) { Found = found, WasThere = File.Exists(path), generation = generation, written = found };
    }

    /// <summary>What the file at this path says; (null, 0) where it says nothing that can be believed.</summary>
    public static (HighWaterMark? Mark, long Generation) Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return default;
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite);
            var bytes = new byte[Slots * HighWaterMark.SlotBytes];
            var length = RandomAccess.Read(file, bytes, 0);
            (HighWaterMark? Mark, long Generation) latest = default;
            for (var at = 0; at + HighWaterMark.SlotBytes <= length; at += HighWaterMark.SlotBytes)
            {
                if (HighWaterMark.Read(bytes.AsSpan(at, HighWaterMark.SlotBytes)) is { } read && read.Generation > latest.Generation) latest = read;
            }

            return latest;
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>
    /// Returns when the file says at least what is committed now. Who comes while another writes finds its own commit covered
    /// by the write after that one, together with all others that wait.
    /// </summary>
    public void Keep(DeviceStateStore states)
    {
        var committed = states.Current;
        lock (writing)
        {
            if (Covers(written, committed)) return;
            Write(HighWaterMark.Of(states.Current));
        }
    }

    /// <summary>Returns once no write is under way that began before.</summary>
    public void AwaitWriter()
    {
        lock (writing)
        {
            // Had.
        }
    }

    public void Dispose()
    {
        lock (writing)
        {
            file?.Dispose();
            file = null;
        }
    }

    static bool Covers(HighWaterMark? mark, DeviceState state) =>
        mark is not null && mark.Stream == state.Stream && mark.Device == state.Identity.Device && mark.Position >= state.LastPosition
        && mark.ReceiptSeries == state.Identity.ReceiptSeries && mark.NextReceiptNumber >= state.NextReceiptNumber
        && (mark.Position > state.LastPosition || mark.Chain == state.LastChain);

    void Write(HighWaterMark mark)
    {
        diskWork.Begins();
        try
        {
            file ??= Prepare();
            mark.WriteTo(slot, generation + 1);
            RandomAccess.Write(file, slot, (generation + 1) % Slots * HighWaterMark.SlotBytes);
            SyncedFile.SyncData(file);
            generation++;
            written = mark;
            failure = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The entry is in the ledger, synced: it would be wrong to tell the seller otherwise. What a failed sync left is not known.
            failure = e.Message;
            file?.Dispose();
            file = null;
        }
        finally
        {
            diskWork.Ends();
        }
    }

    /// <summary>The file in its full length, written through, so that a later sync has data to write and nothing else.</summary>
    SafeFileHandle Prepare()
    {
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var length = RandomAccess.GetLength(handle);
            if (length == Slots * HighWaterMark.SlotBytes) return handle;
            if (length < Slots * HighWaterMark.SlotBytes) RandomAccess.Write(handle, new byte[Slots * HighWaterMark.SlotBytes - length], length);
            else RandomAccess.SetLength(handle, Slots * HighWaterMark.SlotBytes);
            RandomAccess.FlushToDisk(handle);
            SyncedFile.SyncDirectory(Path.GetDirectoryName(path)!);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
