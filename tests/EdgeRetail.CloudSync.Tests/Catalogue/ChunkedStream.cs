namespace EdgeRetail.CloudSync.Tests.Catalogue;

/// <summary>Gives its bytes a few at a time, as a pipe does.</summary>
public sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
}
