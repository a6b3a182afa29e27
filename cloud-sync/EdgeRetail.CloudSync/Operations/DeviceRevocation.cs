namespace EdgeRetail.CloudSync.Operations;

/// <summary>What came of revoking a device; one that is revoked already stays so.</summary>
public abstract record DeviceRevocation
{
    DeviceRevocation()
    {
    }

    public sealed record Revoked(int DeviceId, string DeviceCode, bool Already) : DeviceRevocation;

    public sealed record Refused(Problem Problem) : DeviceRevocation;
}
