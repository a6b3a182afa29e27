namespace EdgeRetail.CloudSync.Operations;

/// <summary>What came of letting a held device go on.</summary>
public abstract record DeviceRelease
{
    DeviceRelease()
    {
    }

    public sealed record Released(int DeviceId, string DeviceCode) : DeviceRelease;

    public sealed record Refused(Problem Problem) : DeviceRelease;
}
