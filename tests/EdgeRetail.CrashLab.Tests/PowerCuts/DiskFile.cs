namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>One file of the disk, whatever it is called: what is on the medium, and the writes that are on their way there.</summary>
sealed class DiskFile
{
    const int SectorBytes = 512;

    readonly List<(long Offset, ReadOnlyMemory<byte> Data, bool IsTruncation)> pending = [];
    readonly DiskContent durable = new();

    public void Write(long offset, ReadOnlyMemory<byte> data) => pending.Add((offset, data, false));

    public void Truncate(long length) => pending.Add((length, default, true));

    /// <summary>Everything that was written reaches the medium.</summary>
    public void Sync()
    {
        foreach (var operation in pending) Apply(durable, operation);
        pending.Clear();
    }

    /// <summary>What a power cut now leaves, by this mode and chance.</summary>
    public DiskContent After(LossMode mode, Random random)
    {
        if (pending.Count == 0 || mode == LossMode.None) return durable;
        var left = durable.Copy();
        var first = mode == LossMode.Prefix ? random.Next(pending.Count + 1) : pending.Count;
        foreach (var operation in pending.Take(first))
        {
            if (mode == LossMode.Torn && !operation.IsTruncation) ApplySectors(left, operation.Offset, operation.Data, random);
            else if (mode is LossMode.All or LossMode.Prefix || random.Next(2) == 0) Apply(left, operation);
        }

        return left;
    }

    static void Apply(DiskContent content, (long Offset, ReadOnlyMemory<byte> Data, bool IsTruncation) operation)
    {
        if (operation.IsTruncation) content.Truncate(operation.Offset);
        else content.Write(operation.Offset, operation.Data.Span);
    }

    static void ApplySectors(DiskContent content, long offset, ReadOnlyMemory<byte> data, Random random)
    {
        while (data.Length > 0)
        {
            var length = Math.Min(SectorBytes - (int)(offset % SectorBytes), data.Length);
            if (random.Next(2) == 0) content.Write(offset, data.Span[..length]);
            offset += length;
            data = data[length..];
        }
    }
}
