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

    /// <summary>Committed through here, and safe against the worst restore of this deployment: what a device may prune.</summary>
    public long DurableThrough { get; set; }

    /// <summary>Why it was opened: a code of <see cref="Devices.NewStreamCodes"/>.</summary>
    public required string OpenedBecause { get; init; }

    public string? Reason { get; init; }

    /// <summary>The lineage that the device presented when this one was opened for it; null at enrolment.</summary>
    public Guid? PresentedStreamId { get; init; }

    /// <summary>The boot and the hardware that presented it.</summary>
    public long? PresentedBootId { get; init; }

    public string? PresentedFingerprint { get; init; }

    /// <summary>What of the presented stream the cloud lost and the device no longer retains; null where nothing is missing.</summary>
    public long? HoleFirst { get; init; }

    public long? HoleLast { get; init; }
}
