namespace EdgeRetail.CloudSync.Operations;

/// <summary>How many devices that are not revoked are in each state that a person should know of.</summary>
public sealed record DeviceConditionCounts(int Held, int Rewinding, int NewStream, int LostDurable, int Resyncing, int ClockOff)
{
    public static readonly DeviceConditionCounts None = new(0, 0, 0, 0, 0, 0);
}
