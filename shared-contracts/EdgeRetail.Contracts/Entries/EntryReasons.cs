namespace EdgeRetail.Contracts.Entries;

/// <summary>The reasons that cloud entries carry.</summary>
public static class EntryReasons
{
    /// <summary>Why a cloud entry was recorded, in its author's words; null for what devices record.</summary>
    public static string? Of(Entry entry) => entry switch
    {
        QuarantineVoided voided => voided.Reason,
        QuarantineReplayed replayed => replayed.Reason,
        QuarantineCorrected corrected => corrected.Reason,
        ConflictResolved resolved => resolved.Reason,
        _ => null,
    };
}
