using EdgeRetail.CrashLab.Tests.Shim;

namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>
/// The disk below a recorded process, operation by operation: which file has which name, what is on the medium and what is
/// not yet. Names become durable in their order, as a journalling file system writes them: with a sync of the directory, or
/// of any file that was named before.
/// </summary>
sealed class RecordedDisk
{
    readonly Dictionary<string, DiskFile> named = new(StringComparer.Ordinal);
    readonly Dictionary<string, DiskFile> durablyNamed = new(StringComparer.Ordinal);
    readonly List<(string? From, string? To, DiskFile File)> pendingNames = [];

    public void Apply(IoRecord record, bool isSynced)
    {
        switch (record.Operation)
        {
            case IoOperation.Created:
                Rename(null, record.Path, new());
                break;
            case IoOperation.Renamed:
                Rename(record.Path, System.Text.Encoding.UTF8.GetString(record.Data.Span), named[record.Path]);
                break;
            case IoOperation.Unlinked when named.TryGetValue(record.Path, out var gone):
                Rename(record.Path, null, gone);
                break;
            case IoOperation.Wrote:
                Named(record.Path).Write(record.Offset, record.Data);
                break;
            case IoOperation.Truncated:
                Named(record.Path).Truncate(record.Offset);
                break;
            case IoOperation.Synced when isSynced:
                Named(record.Path).Sync();
                SyncNames();
                break;
            case IoOperation.SyncedDirectory when isSynced:
                SyncNames();
                break;
        }
    }

    /// <summary>The files as a power cut now leaves them, by their paths.</summary>
    public IReadOnlyList<(string Path, DiskContent Content)> After(LossMode mode, Random random)
    {
        var names = new Dictionary<string, DiskFile>(durablyNamed, StringComparer.Ordinal);
        var kept = mode switch
        {
            LossMode.None => 0,
            LossMode.All => pendingNames.Count,
            _ => random.Next(pendingNames.Count + 1),
        };
        foreach (var (from, to, file) in pendingNames.Take(kept)) Move(names, from, to, file);
        return [.. names.Select(name => (name.Key, name.Value.After(mode, random)))];
    }

    DiskFile Named(string path)
    {
        if (named.TryGetValue(path, out var file)) return file;
        throw new InvalidOperationException($"The recording speaks of {path} before it was made.");
    }

    void Rename(string? from, string? to, DiskFile file)
    {
        Move(named, from, to, file);
        pendingNames.Add((from, to, file));
    }

    void SyncNames()
    {
        foreach (var (from, to, file) in pendingNames) Move(durablyNamed, from, to, file);
        pendingNames.Clear();
    }

    static void Move(Dictionary<string, DiskFile> names, string? from, string? to, DiskFile file)
    {
        if (from is not null) names.Remove(from);
        if (to is not null) names[to] = file;
    }
}
