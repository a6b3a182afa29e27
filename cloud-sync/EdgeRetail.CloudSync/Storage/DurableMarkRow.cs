namespace EdgeRetail.CloudSync.Storage;

/// <summary>How far streams stood at one moment, waiting until that moment is safe against the worst restore.</summary>
public sealed class DurableMarkRow
{
    public long MarkId { get; init; }

    public required long TakenAtMs { get; init; }

    /// <summary>The write-ahead log's flush position after the streams were read.</summary>
    public required string Lsn { get; init; }

    public long? PublishedAtMs { get; set; }
}
