namespace EdgeRetail.CloudSync.Operations;

/// <summary>What came of taking a device out of service. Missing: entries that it had said it has recorded and that never arrived.</summary>
public abstract record DeviceRetirement
{
    DeviceRetirement()
    {
    }

    public sealed record Retired(int DeviceId, string DeviceCode, long Missing, DateTimeOffset? LastHeardAt, bool Already) : DeviceRetirement;

    public sealed record Refused(Problem Problem) : DeviceRetirement;
}
