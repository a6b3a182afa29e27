namespace EdgeRetail.CloudSync.Operations;

/// <summary>What an operator can do about a state that a device reports of itself. Its words are the device's own. Pure.</summary>
public static class ReportedConditions
{
    const string MoreOnTheDevice = "On the device, 'edgeretail status' tells more.";
    const string NothingToDo = "Nothing: selling goes on, and it ends by itself.";
    const string SetTheClock = "Set it on the device ('timedatectl set-ntp true'). Until then its entries count by the corrected time.";

    static readonly Dictionary<string, (Tone Tone, string NextStep)> ByCode = new(StringComparer.Ordinal)
    {
        ["DISK_FULL"] = (Tone.Bad, "The till cannot record: free space on the device's disk now. Nothing that was recorded is lost."),
        ["DISK_SPACE_LOW"] = (Tone.Waiting, "Free space on the device's disk before it is full."),
        ["DISK_HANGS"] = (Tone.Bad, "Look at the device's disk: it does not end what is written, and sales wait for it. Nothing that was recorded is lost."),
        ["LEDGER_DAMAGED"] = (Tone.Bad, "Run 'edgeretail repair' on the device; until then its next start does it. Look at its disk."),
        ["LEDGER_SALVAGED"] = (Tone.Bad, "Replace the device's disk soon, and keep the folder that it names until support has seen it. What could not be read is on paper receipts only."),
        ["LOCAL_ROLLBACK"] = (Tone.Bad, "Find out who restored its disk. Compare the receipts printed since then, and count the stock that they moved."),
        ["HIGH_WATER_NOT_WRITTEN"] = (Tone.Bad, "Look at the device's disk: while this lasts, a ledger that goes backwards would not be noticed."),
        ["ENTRIES_QUARANTINED"] = (Tone.Bad, "The device's page here lists them with the reason of each."),
        ["PENDING_TOO_LONG"] = (Tone.Bad, "Run 'cloud-sync verify' (S5, S14); 'cloud-sync rebuild' shows what differs."),
        ["CLOCK_UNTRUSTED"] = (Tone.Waiting, SetTheClock),
        [DeviceConditions.ClockAhead] = (Tone.Waiting, SetTheClock),
        [DeviceConditions.ClockBehind] = (Tone.Waiting, SetTheClock),
        ["TIME_ZONE_MISSING"] = (Tone.Waiting, "Install the package tzdata on the device, then start its agent again."),
        [DeviceConditions.Resyncing] = (Tone.Waiting, NothingToDo),
    };

    /// <summary>The codes of what somebody has to look after.</summary>
    public static IEnumerable<string> Troubles => ByCode.Where(each => each.Value.Tone == Tone.Bad).Select(each => each.Key);

    /// <summary>A code that this release does not know stands as the device says it.</summary>
    public static DeviceCondition Of(ReportedCondition reported)
    {
        var (tone, nextStep) = ByCode.GetValueOrDefault(reported.Code, (Tone.Waiting, MoreOnTheDevice));
        return new(reported.Code, reported.Message, tone, nextStep);
    }
}
