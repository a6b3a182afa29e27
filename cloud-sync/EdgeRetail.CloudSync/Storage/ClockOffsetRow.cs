namespace EdgeRetail.CloudSync.Storage;

/// <summary>How far a device's wall clock was off in one boot, agreed once: what to subtract from it, and how sure that is.</summary>
public sealed class ClockOffsetRow
{
    public required int DeviceId { get; init; }

    /// <summary>The device's 64 bits, as a signed number.</summary>
    public required long BootId { get; init; }

    public required long OffsetMs { get; init; }

    public required long ErrorMs { get; init; }

    public required long AgreedAtMs { get; init; }
}
