using System.Buffers.Binary;

namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>
/// The pages of a SQLite file and of the committed part of its write-ahead log, as bytes: readable where SQLite itself gives up
/// because a header, an inner page or the schema is gone. Pages that the disk does not give are passed over and counted.
/// </summary>
sealed class LedgerPages : IDisposable
{
    const int DefaultPageBytes = 4096;
    const int HeaderBytes = 100;
    const int WalHeaderBytes = 32;
    const int FrameHeaderBytes = 24;
    const uint WalMagic = 0x377f0682;

    readonly FileStream? file;
    readonly FileStream? log;

    /// <summary>Frames in the order of the log: page number and where its image begins.</summary>
    readonly List<(uint Page, long At)> frames = [];
    readonly Dictionary<uint, long> latestFrame = [];

    LedgerPages(FileStream? file, FileStream? log)
    {
        this.file = file;
        this.log = log;
        PageBytes = ReadPageBytes();
        if (log is not null) ReadFrames();
    }

    public int PageBytes { get; }

    public long UnreadablePages { get; private set; }

    /// <summary>
    /// What is wrong with the beginnings of the file and of its log; null where nothing is. Asked before SQLite is: from a log
    /// whose header it does not know it takes nothing, and deletes it when it closes the file.
    /// </summary>
    public static string? FindFault(string path)
    {
        using var file = OpenFile(path);
        using var log = OpenFile(path + "-wal");
        Span<byte> header = stackalloc byte[WalHeaderBytes];
        if (file is { Length: > 0 } && !(TryRead(file, 0, header) && header.StartsWith("SQLite format 3\0"u8))) return "the file is not a database";

        // The power may go before the header of a new log is on the disk: then it is empty, and so is what the log says.
        return log is { Length: > WalHeaderBytes } && TryRead(log, 0, header) && (BinaryPrimitives.ReadUInt32BigEndian(header) & ~1u) is not WalMagic and not 0
            ? "the header of the write-ahead log is damaged"
            : null;
    }

    public static LedgerPages Open(string path) => new(OpenFile(path), OpenFile(path + "-wal"));

    /// <summary>Every page: first those of the file, then those of the log, oldest first.</summary>
    public IEnumerable<byte[]> All()
    {
        for (var number = 1u; file is not null && (long)(number - 1) * PageBytes < file.Length; number++)
        {
            if (Read(file, (long)(number - 1) * PageBytes, number) is { } page) yield return page;
        }

        foreach (var (number, at) in frames)
        {
            if (Read(log!, at, number) is { } page) yield return page;
        }
    }

    /// <summary>The page with this number as it was last committed, and as the file has it where that is another one.</summary>
    public IEnumerable<byte[]> Find(uint number)
    {
        if (number == 0) yield break;
        if (latestFrame.TryGetValue(number, out var at) && Read(log!, at, number) is { } logged) yield return logged;
        if (file is not null && (long)(number - 1) * PageBytes < file.Length && Read(file, (long)(number - 1) * PageBytes, number) is { } page) yield return page;
    }

    public void Dispose()
    {
        file?.Dispose();
        log?.Dispose();
    }

    static FileStream? OpenFile(string path) => File.Exists(path) ? new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;

    int ReadPageBytes()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file is not null && TryRead(file, 0, header) && header.StartsWith("SQLite format 3\0"u8))
        {
            var size = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
            if (size >= 512 && (size & (size - 1)) == 0) return size;
        }

        return DefaultPageBytes;
    }

    /// <summary>
    /// The frames through the last commit of the log's present round: what comes after it was never committed, frames of another
    /// salt are of an earlier round. A rotted frame does not hide those behind it, as it would from SQLite.
    /// </summary>
    void ReadFrames()
    {
        Span<byte> header = stackalloc byte[WalHeaderBytes];
        if (!TryRead(log!, 0, header)) return;
        var salts = BinaryPrimitives.ReadUInt64BigEndian(header[16..]);
        var known = (BinaryPrimitives.ReadUInt32BigEndian(header) & ~1u) == WalMagic;
        var committed = 0;
        Span<byte> frame = stackalloc byte[FrameHeaderBytes];
        for (var at = (long)WalHeaderBytes; at + FrameHeaderBytes + PageBytes <= log!.Length; at += FrameHeaderBytes + PageBytes)
        {
            if (!TryRead(log, at, frame)) continue;
            var own = BinaryPrimitives.ReadUInt64BigEndian(frame[8..]);
            if (!known) (salts, known) = (own, true);
            if (own != salts) continue;
            frames.Add((BinaryPrimitives.ReadUInt32BigEndian(frame), at + FrameHeaderBytes));
            if (BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != 0) committed = frames.Count;
        }

        frames.RemoveRange(committed, frames.Count - committed);
        foreach (var (page, at) in frames) latestFrame[page] = at;
    }

    byte[]? Read(FileStream source, long at, uint number)
    {
        var page = new byte[PageBytes];
        if (!TryRead(source, at, page))
        {
            UnreadablePages++;
            return null;
        }

        // The first page begins with the file's header; the tree's own starts behind it.
        return number == 1 ? page[HeaderBytes..] : page;
    }

    static bool TryRead(FileStream source, long at, Span<byte> bytes)
    {
        try
        {
            return RandomAccess.Read(source.SafeFileHandle, bytes, at) == bytes.Length;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
