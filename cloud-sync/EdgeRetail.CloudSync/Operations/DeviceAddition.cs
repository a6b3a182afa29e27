namespace EdgeRetail.CloudSync.Operations;

/// <summary>What came of adding a device.</summary>
public abstract record DeviceAddition
{
    DeviceAddition()
    {
    }

    public sealed record Added(EnrolmentFile Enrolment) : DeviceAddition;

    public sealed record Refused(Problem Problem) : DeviceAddition;
}
