namespace EdgeRetail.CrashLab.Tests.PowerCuts;

/// <summary>The bytes of a file, written in pieces.</summary>
sealed class DiskContent
{
    byte[] buffer = [];
    int length;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Reach((int)offset + data.Length);
        data.CopyTo(buffer.AsSpan((int)offset));
    }

    public void Truncate(long to)
    {
        if (to > length) Reach((int)to);
        else buffer.AsSpan((int)to, length - (int)to).Clear();
        length = (int)to;
    }

    public DiskContent Copy() => new() { buffer = (byte[])buffer.Clone(), length = length };

    void Reach(int end)
    {
        // Doubled: a log that was never synced has a thousand pieces, and each disk puts them together again.
        if (buffer.Length < end) Array.Resize(ref buffer, Math.Max(end, buffer.Length * 2));
        length = Math.Max(length, end);
    }
}
