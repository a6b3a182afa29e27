namespace EdgeRetail.CloudSync.Storage;

/// <summary>Which store a device was assigned to under an assignment version. Never changed, never removed.</summary>
public sealed class DeviceAssignmentRow
{
    public required int DeviceId { get; init; }

    public required int AssignmentVersion { get; init; }

    public required int StoreId { get; init; }

    public required long AssignedAtMs { get; init; }
}
