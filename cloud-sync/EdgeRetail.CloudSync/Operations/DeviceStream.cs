namespace EdgeRetail.CloudSync.Operations;

/// <summary>One lineage of the device's ledger and how far it has arrived.</summary>
public sealed record DeviceStream(Guid StreamId, bool Current, long AppliedThrough, string AppliedChain, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt)
{
    public long DurableThrough { get; init; }

    /// <summary>Why it was opened, by code and in words.</summary>
    public string OpenedBecause { get; init; } = "";

    public string? Reason { get; init; }

    /// <summary>What of the stream before nobody has any more.</summary>
    public long? HoleFirst { get; init; }

    public long? HoleLast { get; init; }
}
