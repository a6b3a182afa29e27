namespace EdgeRetail.CloudSync.Storage;

/// <summary>A consumed sequence whose entry stands in the journal under another stream, or lost an id conflict.</summary>
public sealed class StreamSequenceRow
{
    public required Guid StreamId { get; init; }

    public required long Sequence { get; init; }

    public required Guid EntryId { get; init; }

    public required byte[] EntryHash { get; init; }

    public required SequenceDisposition Disposition { get; init; }
}
