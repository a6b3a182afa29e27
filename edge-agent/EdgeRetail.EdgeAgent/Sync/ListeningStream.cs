namespace EdgeRetail.EdgeAgent.Sync;

/// <summary>A connection whose first bytes from the other end are kept. Reads and writes pass through as they are.</summary>
sealed class ListeningStream(Stream inner) : Stream
{
    readonly byte[] first = new byte[FirstAnswer.BytesMax];
    int length;

    /// <summary>Who answers on it, where that is no cloud.</summary>
    public string? Stranger => FirstAnswer.Stranger(first.AsSpan(0, Volatile.Read(ref length)));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        length < first.Length ? ListenAsync(buffer, cancellationToken) : inner.ReadAsync(buffer, cancellationToken);

    public override int Read(Span<byte> buffer) => Heard(buffer, inner.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    async ValueTask<int> ListenAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        return Heard(buffer.Span, read);
    }

    int Heard(ReadOnlySpan<byte> buffer, int read)
    {
        var kept = Math.Min(read, first.Length - length);
        buffer[..kept].CopyTo(first.AsSpan(length));
        Volatile.Write(ref length, length + kept);
        return read;
    }
}
