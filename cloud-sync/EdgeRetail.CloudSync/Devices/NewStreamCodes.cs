namespace EdgeRetail.CloudSync.Devices;

/// <summary>Why a stream was opened; stable, shown to operators and told to the device.</summary>
public static class NewStreamCodes
{
    public const string Enrolled = "ENROLLED";

    /// <summary>The device has fewer entries than the cloud has of the stream: its ledger is older than it was.</summary>
    public const string LedgerSetBack = "LEDGER_SET_BACK";

    /// <summary>Device and cloud have different entries under the same sequences.</summary>
    public const string LedgerForked = "LEDGER_FORKED";

    /// <summary>Another ledger of this device has used a later session.</summary>
    public const string LedgerCopied = "LEDGER_COPIED";

    /// <summary>The stream is not the device's current one, and no token says why.</summary>
    public const string StreamUnknown = "STREAM_UNKNOWN";

    /// <summary>The cloud forgot entries that the device no longer retains.</summary>
    public const string CloudLostDurable = "CLOUD_LOST_DURABLE";

    /// <summary>The database was set back past the stream's opening, and the device brought it again with an authentic token.</summary>
    public const string StreamAdopted = "STREAM_ADOPTED";

    /// <summary>The device was enrolled anew and brought a ledger.</summary>
    public const string EnrolledAgain = "ENROLLED_AGAIN";

    /// <summary>The device found at its start that its ledger is behind its high-water mark.</summary>
    public const string LocalRollback = "LOCAL_ROLLBACK";

    /// <summary>The device's ledger was damaged, and what could be read of it was salvaged.</summary>
    public const string LedgerSalvaged = "LEDGER_SALVAGED";
}
