namespace EdgeRetail.CloudSync.Storage;

/// <summary>One lineage of a device's ledger, and how far the cloud has applied it.</summary>
public sealed class StreamRow
{
    public required Guid StreamId { get; init; }

    public required int DeviceId { get; init; }

    public long AppliedThrough { get; set; }

    public required byte[] AppliedChain { get; set; }

    public required long OpenedAtMs { get; init; }

    public long? ClosedAtMs { get; set; }
}
