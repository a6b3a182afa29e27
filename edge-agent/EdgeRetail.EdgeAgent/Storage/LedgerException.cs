namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>
/// The ledger cannot be used as it is: not enrolled, busy, damaged, newer than this build, or its disk refuses. The code is
/// stable; the next step is one a person can take.
/// </summary>
public sealed class LedgerException(string code, string message, string nextStep, Exception? innerException = null) : Exception(message, innerException)
{
    public const string NotEnrolled = "NOT_ENROLLED";
    public const string Busy = "LEDGER_BUSY";
    public const string Damaged = "LEDGER_DAMAGED";
    public const string NewerVersion = "LEDGER_NEWER_VERSION";
    public const string Unusable = "LEDGER_UNUSABLE";
    public const string DiskFull = "LEDGER_DISK_FULL";
    public const string WriteFailed = "LEDGER_WRITE_FAILED";
    public const string OfOtherDevice = "LEDGER_OF_OTHER_DEVICE";

    public string Code => code;

    public string NextStep => nextStep;
}
