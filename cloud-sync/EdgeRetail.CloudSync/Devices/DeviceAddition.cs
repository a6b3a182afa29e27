namespace EdgeRetail.CloudSync.Devices;

/// <summary>What came of adding a device.</summary>
public abstract record DeviceAddition
{
    DeviceAddition()
    {
    }

    public sealed record Added(DeviceEnrolment Enrolment) : DeviceAddition;

    public sealed record CodeTaken : DeviceAddition;

    public sealed record StoreUnknown : DeviceAddition;
}
