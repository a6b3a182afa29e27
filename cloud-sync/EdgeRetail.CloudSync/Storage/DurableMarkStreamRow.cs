namespace EdgeRetail.CloudSync.Storage;

/// <summary>One stream's part of a durable mark; only streams that moved since the mark before.</summary>
public sealed class DurableMarkStreamRow
{
    public required long MarkId { get; init; }

    public required Guid StreamId { get; init; }

    public required long AppliedThrough { get; init; }
}
