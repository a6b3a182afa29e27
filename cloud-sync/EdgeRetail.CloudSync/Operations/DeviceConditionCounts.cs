namespace EdgeRetail.CloudSync.Operations;

/// <summary>
/// How many devices that are neither revoked nor retired are in each state that a person should know of. ReportsTrouble: with trouble of their
/// own, of the disk, the ledger or an entry.
/// </summary>
public sealed record DeviceConditionCounts(int Held, int Rewinding, int NewStream, int LostDurable, int Resyncing, int ClockOff, int ReportsTrouble)
{
    public static readonly DeviceConditionCounts None = new(0, 0, 0, 0, 0, 0, 0);
}
