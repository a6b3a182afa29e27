namespace EdgeRetail.EdgeAgent.Storage;

/// <summary>What the file system says of a file beside the database, in the ledger's words: it is the same disk.</summary>
static class FileTrouble
{
    const int NoSpaceLeft = 28;

    public static bool IsOf(Exception e) => e is IOException or UnauthorizedAccessException;

    public static LedgerException Of(Exception e, string directory) => e.HResult == NoSpaceLeft
        ? new(LedgerException.DiskFull, $"The disk of {directory} is full.", "Free space on it; nothing that was recorded is lost. Then do it again.", e)
        : new(LedgerException.WriteFailed, $"The files in {directory} cannot be written: {e.Message}", "Check the disk and who may write there, then do it again with the same command.", e);
}
